/*
    Numbers that belong to persons, told from other numbers by their check digits and the words around them.

    One number in a letter or an invoice is everyday business: it is recorded (info) or noted (low). Ten different ones in
    a document are a list of persons, and lists of persons are what must not lie open.

    What has too few fixed characters to be searched for directly (eleven digits, say) is looked for by `find`, and only in
    documents that hold one of the words.
*/

rule payment_card : personal financial
{
    meta:
        id = "payment-card"
        title = "Payment card number"
        severity = "medium"
        scope = "text"
        validate = "luhn"
        within = 300
        bulk = 10
        bulk_severity = "critical"
        guidance = "Card numbers may be stored only where the PCI DSS rules are kept. Remove or truncate them."
        example = "Visa 4332 2453 8323 6405, valid to 04/29"
        example = "Kreditkarte: 4755-9200-4871-8306"
        example = "PAN;Name\n4332245383236405;x\n4755920048718306;x\n4897367751808602;x\n4511829139078576;x\n4305997789495042;x\n4354170097799774;x\n4391718240064010;x\n4240572857463822;x\n4155733483078680;x\n4804403921982530"
        example = "4332245383236405,4755920048718306,4897367751808602,4511829139078576,4305997789495042,4354170097799774,4391718240064010,4240572857463822,4155733483078680,4804403921982530"
        counterexample = "Visa 4111 1111 1111 1111 is a test card"
        counterexample = "order 4332245383236405 was shipped"
        counterexample = "Visa 4332 2453 8323 6406"
        counterexample = "card id 0.4332245383236405"
        counterexample = "card 94332245383236405"
        counterexample = "cards 6249 6250 6251 6252 6253 6254"
        counterexample = "fuzzer-4332245383236405 fuzzer-4755920048718306 fuzzer-4897367751808602 fuzzer-4511829139078576 fuzzer-4305997789495042 fuzzer-4354170097799774 fuzzer-4391718240064010 fuzzer-4240572857463822 fuzzer-4155733483078680 fuzzer-4804403921982530"
    strings:
        $value = /(40|41|42|43|44|45|46|47|48|49|51|52|53|54|55|22|23|24|25|26|27|35|60|62|64|65)[0-9]{2}([ -]?[0-9]{4}){3}([0-9]{3})?/
        $value_short = /(34|37|30|36|38)[0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{4,5}/
        $not_number = /(fuzzer|test|testcase|issue|build|bug|run|commit|session|trace)[-_=:\/][0-9]{15,16}/ nocase
        $near = /\b(visa|master ?card|amex|american express|maestro|diners|discover|jcb|unionpay|credit|debit|card|cards|pan|cvv2?|cvc2?|carte|tarjeta|carta|kaart|kort|kreditkarte|karte|kartennummer|karta|kart\xc4\xb1)\b/ nocase
        $near_word = /(\xd0\xba\xd0\xb0\xd1\x80\xd1\x82|\xe5\x8d\xa1\xe5\x8f\xb7|\xe4\xbf\xa1\xe7\x94\xa8\xe5\x8d\xa1|\xe9\x93\xb6\xe8\xa1\x8c\xe5\x8d\xa1|\xe3\x82\xab\xe3\x83\xbc\xe3\x83\x89|\xec\xb9\xb4\xeb\x93\x9c|cr\xc3\xa9dit)/
    condition:
        ($value or $value_short) and ($near or $near_word or (#value + #value_short > 9 and not $not_number))
}

rule bank_account : personal financial
{
    meta:
        id = "bank-account"
        title = "Bank account (IBAN)"
        severity = "info"
        scope = "text"
        validate = "iban"
        bulk = 10
        bulk_severity = "high"
        guidance = "A list of bank accounts belongs to the pay office or the book-keeping, not on an open share."
        example = "IBAN: DE36 6244 4565 5441 1349 07"
        example = "FR07 5355 4216 9393 8477 9873 967"
        example = "GB30KXQZ43066095177021"
        counterexample = "IBAN: DE36 6244 4565 5441 1349 08"
        counterexample = "IBAN: DE89 3704 0044 0532 0130 00"
        counterexample = "Order DE36 6244 5655"
    strings:
        $value = /(AD|AE|AL|AT|AZ|BA|BE|BG|BH|BI|BR|BY|CH|CR|CY|CZ|DE|DJ|DK|DO|EE|EG|ES|FI|FK|FO|FR|GB|GE|GI|GL|GR|GT|HR|HU|IE|IL|IQ|IS|IT|JO|KW|KZ|LB|LC|LI|LT|LU|LV|LY|MC|MD|ME|MK|MN|MR|MT|MU|NI|NL|NO|OM|PK|PL|PS|PT|QA|RO|RS|RU|SA|SC|SD|SE|SI|SK|SM|SO|ST|SV|TL|TN|TR|UA|VA|VG|XK|YE)[0-9]{2}( ?[0-9A-Z]{4}){2,7}( ?[0-9A-Z]{1,3})?/
    condition:
        $value
}

rule chinese_identity_number : personal identity
{
    meta:
        id = "cn-identity-number"
        title = "Chinese identity number"
        severity = "low"
        scope = "text"
        validate = "cn_id"
        bulk = 10
        bulk_severity = "high"
        guidance = "Lists of persons with their identity numbers belong to the office that keeps them."
        example = "身份证号：310165198510175808"
        example = "310165198510175808 310104195302224859 310171197102026590 310199199009153128 310140195306148756 310127198605196662 310152198711289244 310160197011073704 310159198604179888 310160199508169698"
        example = "31011419530819450x"
        counterexample = "310165198510175809"
        counterexample = "310165198513175808"
        counterexample = "serial 9310165198510175808"
    strings:
        $value = /[1-8][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]/
    condition:
        $value
}

rule us_social_security_number : personal identity
{
    meta:
        id = "us-social-security-number"
        title = "US social security number"
        severity = "medium"
        scope = "text"
        validate = "us_ssn"
        find = "[0-8][0-9]{2}[- ][0-9]{2}[- ][0-9]{4}"
        within = 80
        bulk = 10
        bulk_severity = "critical"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "SSN: 536-22-1849"
        example = "Social Security Number 536 22 1849"
        counterexample = "SSN: 078-05-1120"
        counterexample = "SSN: 000-22-1849"
        counterexample = "part 536-22-1849"
        counterexample = "SSN: ___-__-____"
    strings:
        $near = /\b(ssns?|ss#|soc\.? sec\.?|social security)\b/ nocase
    condition:
        $near
}

rule uk_national_insurance_number : personal identity
{
    meta:
        id = "uk-national-insurance-number"
        title = "UK national insurance number"
        severity = "low"
        scope = "text"
        validate = "nino"
        find = "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]"
        within = 80
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "National Insurance Number: JG 10 37 59 B"
        example = "NINO,JG103759B"
        counterexample = "National Insurance Number: QQ 10 37 59 B"
        counterexample = "National Insurance Number: AB 12 34 56 C"
        counterexample = "part JG103759B"
    strings:
        $near = /\b(national insurance|nino|ni (number|no|num)\b|ni#|hmrc)/ nocase
    condition:
        $near
}

rule french_social_security_number : personal identity
{
    meta:
        id = "fr-social-security-number"
        title = "French social security number (NIR)"
        severity = "low"
        scope = "text"
        validate = "nir"
        find = "[1-478][ .]?[0-9]{2}[ .]?[0-9]{2}[ .]?(?:[0-9]{2}|2[ABab])[ .]?[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{2}"
        within = 200
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "N° de sécurité sociale : 1 85 05 05 090 032 79"
        example = "NIR;185050509003279"
        counterexample = "N° de sécurité sociale : 1 85 05 05 090 032 78"
        counterexample = "référence 185050509003279"
    strings:
        $near = /(s\xc3\xa9curit\xc3\xa9 sociale|securite sociale|\bs\xc3\xa9cu\b|\bNIR\b|\bINSEE\b|assur\xc3\xa9|immatriculation)/ nocase
    condition:
        $near
}

rule german_tax_number : personal identity
{
    meta:
        id = "de-tax-number"
        title = "German tax identification number"
        severity = "low"
        scope = "text"
        validate = "de_tax_id"
        find = "[1-9][0-9](?: ?[0-9]{3}){3}"
        within = 120
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "Steuer-ID: 54 817 067 736"
        example = "steuerliche Identifikationsnummer 74286097130"
        counterexample = "Steuer-ID: 54 817 067 737"
        counterexample = "Telefon 54817067736"
    strings:
        $near = /\b(steuer-?id|steuer-?identifikationsnummer|steuerliche identifikationsnummer|steuer-?identnummer|IdNr)\b/ nocase
        $near_english = /\bTIN\b/
    condition:
        any of them
}

rule spanish_identity_number : personal identity
{
    meta:
        id = "es-identity-number"
        title = "Spanish identity number (DNI, NIE)"
        severity = "low"
        scope = "text"
        validate = "dni_es"
        find = "(?:[0-9]|[XYZ][- ]?)[0-9][.]?[0-9]{3}[.]?[0-9]{3}[- ]?[A-Z]"
        within = 200
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "DNI: 23141330H"
        example = "NIE Y-7687454-V"
        example = "D.N.I. 23.141.330-H"
        counterexample = "DNI: 23141330J"
        counterexample = "DNI: 12345678Z"
        counterexample = "ref. 23141330H"
    strings:
        $near = /\b(dni\b|d\.n\.i\.|n\.i\.e\.|nif\b|n\.i\.f\.|documento nacional)/ nocase
        // In capitals only: to Germans it is a word of every second sentence.
        $near_foreigner = /\bNIE\b/
    condition:
        any of them
}

rule polish_pesel : personal identity
{
    meta:
        id = "pl-pesel"
        title = "Polish PESEL"
        severity = "low"
        scope = "text"
        validate = "pesel"
        find = "[0-9]{11}"
        within = 200
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "PESEL: 63120668251"
        counterexample = "PESEL: 63120668252"
        counterexample = "tel. 63120668251"
    strings:
        $near = /\bpesel\b/ nocase
    condition:
        $near
}

rule italian_tax_code : personal identity
{
    meta:
        id = "it-tax-code"
        title = "Italian tax code (codice fiscale)"
        severity = "low"
        scope = "text"
        validate = "codice_fiscale"
        find = "[A-Z]{6} ?[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2} ?[A-Z][0-9LMNP-V]{3}[A-Z]"
        within = 300
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "Codice fiscale: RSSMRA70T16H501V"
        example = "C.F. RSSMRA70T16H501V"
        counterexample = "Codice fiscale: RSSMRA70T16H501W"
        counterexample = "codice RSSMRA70T16H501V"
    strings:
        $near = /\b(codice fiscale|cod\. ?fisc|c\.f\.|tessera sanitaria|codicefiscale|codice_fiscale)/ nocase
        $near_short = /\bCF\b/
    condition:
        any of them
}

rule swiss_ahv_number : personal identity
{
    meta:
        id = "ch-ahv-number"
        title = "Swiss social security number (AHV)"
        severity = "low"
        scope = "text"
        validate = "ch_ahv"
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "756.2100.1863.89"
        counterexample = "756.2100.1863.88"
        counterexample = "756.1234.5678.97"
    strings:
        $value = /756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}/
    condition:
        $value
}

rule brazilian_cpf : personal identity
{
    meta:
        id = "br-cpf"
        title = "Brazilian CPF"
        severity = "low"
        scope = "text"
        validate = "br_cpf"
        find = "[0-9]{3}[.]?[0-9]{3}[.]?[0-9]{3}-?[0-9]{2}"
        within = 120
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "CPF: 894.428.512-84"
        counterexample = "CPF: 894.428.512-85"
        counterexample = "894.428.512-84"
    strings:
        $near = /\bCPF\b/ nocase
    condition:
        $near
}

rule korean_resident_number : personal identity
{
    meta:
        id = "kr-resident-number"
        title = "Korean resident registration number"
        severity = "low"
        scope = "text"
        validate = "kr_rrn"
        find = "[0-9]{6}-?[1-8][0-9]{6}"
        within = 200
        bulk = 10
        bulk_severity = "high"
        guidance = "Remove the numbers or move the document to the office that keeps them."
        example = "주민등록번호: 621202-1826311"
        counterexample = "주민등록번호: 621202-1826312"
        counterexample = "621202-1826311"
    strings:
        $near = "주민등록"
        $near_short = "주민번호"
    condition:
        any of them
}

rule mail_address_list : personal contact
{
    meta:
        id = "mail-address-list"
        title = "List of mail addresses"
        severity = "info"
        scope = "text"
        validate = "email"
        minimum = 100
        bulk = 1000
        bulk_severity = "medium"
        find = "[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:[.][A-Za-z0-9-]{1,63}){1,4}"
        guidance = "Address lists of customers or staff are personal data, and what phishing starts from."
        example = "u1@kx.de u2@kx.de u3@kx.de u4@kx.de u5@kx.de u6@kx.de u7@kx.de u8@kx.de u9@kx.de u10@kx.de u11@kx.de u12@kx.de u13@kx.de u14@kx.de u15@kx.de u16@kx.de u17@kx.de u18@kx.de u19@kx.de u20@kx.de u21@kx.de u22@kx.de u23@kx.de u24@kx.de u25@kx.de u26@kx.de u27@kx.de u28@kx.de u29@kx.de u30@kx.de u31@kx.de u32@kx.de u33@kx.de u34@kx.de u35@kx.de u36@kx.de u37@kx.de u38@kx.de u39@kx.de u40@kx.de u41@kx.de u42@kx.de u43@kx.de u44@kx.de u45@kx.de u46@kx.de u47@kx.de u48@kx.de u49@kx.de u50@kx.de u51@kx.de u52@kx.de u53@kx.de u54@kx.de u55@kx.de u56@kx.de u57@kx.de u58@kx.de u59@kx.de u60@kx.de u61@kx.de u62@kx.de u63@kx.de u64@kx.de u65@kx.de u66@kx.de u67@kx.de u68@kx.de u69@kx.de u70@kx.de u71@kx.de u72@kx.de u73@kx.de u74@kx.de u75@kx.de u76@kx.de u77@kx.de u78@kx.de u79@kx.de u80@kx.de u81@kx.de u82@kx.de u83@kx.de u84@kx.de u85@kx.de u86@kx.de u87@kx.de u88@kx.de u89@kx.de u90@kx.de u91@kx.de u92@kx.de u93@kx.de u94@kx.de u95@kx.de u96@kx.de u97@kx.de u98@kx.de u99@kx.de u100@kx.de"
        counterexample = "u1@kx.de u2@kx.de u3@kx.de u4@kx.de u5@kx.de u6@kx.de u7@kx.de u8@kx.de u9@kx.de u10@kx.de u11@kx.de u12@kx.de u13@kx.de u14@kx.de u15@kx.de u16@kx.de u17@kx.de u18@kx.de u19@kx.de u20@kx.de u21@kx.de u22@kx.de u23@kx.de u24@kx.de u25@kx.de u26@kx.de u27@kx.de u28@kx.de u29@kx.de u30@kx.de"
        counterexample = "Write to a@example.com or b@example.org."
    strings:
        $at = /(@a|@b|@c|@d|@e|@f|@g|@h|@i|@j|@k|@l|@m|@n|@o|@p|@q|@r|@s|@t|@u|@v|@w|@x|@y|@z|@0|@1|@2|@3|@4|@5|@6|@7|@8|@9)/ nocase
    condition:
        #at > 99
}

rule medical_record : personal health
{
    meta:
        id = "medical-record"
        title = "Medical record"
        severity = "medium"
        scope = "text"
        value = "medical record"
        confidence = 50
        guidance = "Health data of a person needs the closest circle of readers there is."
        example = "Patient name: J. Doe\nMRN: 00482913\nDiagnosis: E11.9 Type 2 diabetes\nMedication: Metformin"
        example = "Patient: M. Muster, geb. 12.03.1961\nVersichertennummer: A123456780\nDiagnose: I10.90 G"
        counterexample = "The patient is asked for the diagnosis."
        counterexample = "Diagnosis codes such as E11.9 are listed in ICD-10."
    strings:
        $is_person = /\b(patient (name|id|no)|patient:|patient's name|patientin:|versichertennummer|fallnummer|nom du patient)/ nocase
        $number = /\b(MRN|medical record (number|no)|NHS (number|no)|versichertennummer|fallnummer|health card)[^A-Za-z0-9]{1,6}[A-Z]?[0-9]{6,12}\b/ nocase
        $code = /\b(diagnosis|diagnose|diagnostic|dx)[^\n]{0,60}\b[A-TV-Z][0-9]{2}\.[0-9]{1,2}\b/ nocase
    condition:
        all of them
}
