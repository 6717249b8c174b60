/*
    Keys, tokens, passwords and the files that hold them.

    Documentation is full of these shapes. What belongs to nobody (the sample keys of manuals, `changeme`, `${VARIABLE}`)
    is left out by the named checks; a header without a key behind it is no key.
*/

rule private_key_pem : credentials key
{
    meta:
        id = "private-key"
        title = "Private key"
        severity = "critical"
        scope = "text"
        value = "private key"
        confidence = 98
        guidance = "Remove the key from the share, and replace it wherever it is in use: it has to count as known."
        example = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx8Jq2v7hTn3kQm1pZr5wYb9cDf4gHs6jKlNoPqRtUvWxYzA0\n"
        example = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,3F1A\n\nMIIEowIBAAKCAQEAx8Jq2v7hTn3kQm1pZr5wYb9cDf4gHs6jKlNo\n"
        example = "-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz\r\n"
        example = "key: \"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\\n\""
        example = "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 2\n\nlQOYBGRcQkMBCADJ3oX7uQx0v5yT1lWqkz8pN4eRb6sHc2fGmVtYjUaDiKwLPqE\n"
        counterexample = "The file starts with -----BEGIN RSA PRIVATE KEY----- and ends with -----END RSA PRIVATE KEY-----."
        counterexample = "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----"
        counterexample = "-----BEGIN CERTIFICATE-----\nMIIEowIBAAKCAQEAx8Jq2v7hTn3kQm1pZr5wYb9cDf4gHs6jKlNoPqRtUvWxYzA0\n"
        counterexample = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAx8Jq2v7hTn3kQm1pZr5w\n"
    strings:
        $value = /-----BEGIN ((RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP|SSH2 ENCRYPTED) )?PRIVATE KEY( BLOCK)?-----(\s|\\n|\\r){1,4}([A-Za-z-]{4,20}: [^\r\n\\]{1,80}(\s|\\n|\\r){1,4}){0,4}[A-Za-z0-9+\/]{40}[A-Za-z0-9+\/=\s\\]{0,4000}/
    condition:
        $value
}

rule private_key_der : credentials key
{
    meta:
        id = "private-key-binary"
        title = "Private key (binary)"
        severity = "critical"
        scope = "raw"
        value = "private key"
        confidence = 95
        guidance = "Remove the key from the share, and replace it wherever it is in use: it has to count as known."
        example = "\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01\x00\xb7\x5a\x01"
        example = "\x30\x82\x04\xbe\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82\x04\xa8"
        example = "\x30\x77\x02\x01\x01\x04\x20\x7c\x1d\x9e\x42\x5b\x83\x4f\xa6"
        counterexample = "\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x82\x01\x0f\x00"
        counterexample = "\x30\x82\x03\x05\x30\x82\x01\xed\xa0\x03\x02\x01\x02\x02\x14"
    strings:
        $is_pkcs1 = { 30 82 ?? ?? 02 01 00 02 82 0? ?? 00 }
        $is_pkcs8 = { 30 8? [1-2] 02 01 00 30 (0D | 13) 06 (09 2A 86 48 86 F7 0D 01 01 01 | 07 2A 86 48 CE 3D 02 01) }
        $is_ec = { 30 (77 02 01 01 04 20 | 81 A4 02 01 01 04 30) }
    condition:
        filesize < 16KB and ($is_pkcs1 at 0 or $is_pkcs8 at 0 or $is_ec at 0)
}

rule putty_key : credentials key
{
    meta:
        id = "putty-key"
        title = "PuTTY private key"
        severity = "critical"
        scope = "text"
        value = "PuTTY private key"
        guidance = "Remove the key from the share, and replace it wherever it is in use: it has to count as known."
        example = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: backup\nPublic-Lines: 2\nAAAA\nPrivate-Lines: 1\nAAAAIHk\n"
        counterexample = "PuTTY stores keys with the line PuTTY-User-Key-File-3 at the top."
    strings:
        $is = /PuTTY-User-Key-File-[123]: (ssh|ecdsa)-/
        $lines = "Private-Lines: "
    condition:
        all of them
}

rule key_store : credentials key
{
    meta:
        id = "key-store"
        title = "Key store (PKCS#12, Java)"
        severity = "high"
        scope = "raw"
        value = "key store"
        confidence = 90
        guidance = "A key store holds private keys behind a password that can be tried at leisure. Keep it off shares."
        example = "\x30\x82\x0a\x9a\x02\x01\x03\x30\x82\x0a\x56\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x82\x0a\x47"
        example = "\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x00\x05alias"
        example = "\xce\xce\xce\xce\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x03\x00\x03key"
        counterexample = "\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02\x00\x04root"
        counterexample = "\xfe\xed\xfa\xce\x00\x00\x00\x07"
        counterexample = "\x30\x82\x03\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x82"
    strings:
        $is_p12 = { 30 (80 | 8? ?? | 8? ?? ?? | 8? ?? ?? ??) 02 01 03 30 (80 | 8? ?? | 8? ?? ?? | 8? ?? ?? ??) 06 09 2A 86 48 86 F7 0D 01 07 (01 | 02) }
        // An entry of kind 1 is a private key, of kind 3 a secret key; kind 2 is only a trusted certificate.
        $is_jks = { (FE ED FE ED | CE CE CE CE) 00 00 00 (01 | 02) 00 00 ?? ?? 00 00 00 (01 | 03) }
    condition:
        $is_p12 at 0 or $is_jks at 0
}

rule password_safe : credentials passwords
{
    meta:
        id = "password-safe"
        title = "Password safe"
        severity = "high"
        scope = "raw"
        value = "password safe"
        confidence = 95
        guidance = "A copied password safe can be attacked at leisure. Keep it where only its owner can read it."
        example = "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\x00\x04\x00\x02\x10\x00"
        example = "\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5\x03\x00\x00\x00"
        example = "PWS3\x10\x20\x30\x40"
        counterexample = "\x03\xd9\xa2\x9a\x00\x00\x00\x00"
    strings:
        $is_keepass = { 03 D9 A2 9A (65 | 66 | 67) FB 4B B5 }
        $is_pwsafe = "PWS3"
    condition:
        $is_keepass at 0 or ($is_pwsafe at 0 and filesize < 50MB)
}

rule aws_access_key : credentials token cloud
{
    meta:
        id = "aws-access-key"
        title = "AWS access key"
        severity = "high"
        scope = "text"
        validate = "entropy"
        value = "AWS access key id"
        guidance = "Disable the key in IAM, issue a new one, and look in CloudTrail for its use."
        example = "aws_access_key_id = AKIAQZ7LWN3XKD5VHB2T"
        counterexample = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE"
        counterexample = "TAKIAQZ7LWN3XKD5VHB2T"
    strings:
        $value = /\b(AKIA|ASIA)[A-Z2-7]{16}\b/
    condition:
        $value
}

rule aws_secret_key : credentials token cloud
{
    meta:
        id = "aws-secret-key"
        title = "AWS secret access key"
        severity = "critical"
        scope = "text"
        validate = "entropy"
        value = "AWS secret access key"
        guidance = "Disable the key in IAM, issue a new one, and look in CloudTrail for its use."
        example = "aws_secret_access_key = q7Jd0sLwXv4R2bNcT9mKp6ZyHg8EfUaQ1iOtW5rS"
        example = "AWS_SECRET_ACCESS_KEY=\"q7Jd0sLwXv4R2bNcT9mKp6ZyHg8EfUaQ1iOtW5rS\""
        counterexample = "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        counterexample = "aws_secret_access_key = ****************************************"
    strings:
        $value = /(aws_secret_access_key|aws_secret_key|secretaccesskey)['"]{0,2}\s{0,4}(=|:|=>)\s{0,4}['"]{0,2}[A-Za-z0-9\/+]{40}\b/ nocase
    condition:
        $value
}

rule source_host_token : credentials token
{
    meta:
        id = "source-host-token"
        title = "GitHub or GitLab token"
        severity = "critical"
        scope = "text"
        validate = "entropy"
        value = "access token"
        confidence = 95
        guidance = "Revoke the token in the account's settings, and issue a new one with fewer rights."
        example = "git clone https://ghp_9fK2mQ7xLr4TzW8vBn3YcJ6sHd1PgE5uRaZe@github.com/a/b"
        example = "GITHUB_TOKEN=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s"
        example = "token: glpat-x7Kq-2mRt9vLz4Wc8BnY"
        counterexample = "export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        counterexample = "Tokens start with ghp_, gho_ or github_pat_."
    strings:
        $value_github = /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/
        $value_fine = /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59,}\b/
        $value_gitlab = /\bgl(pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,64}/
    condition:
        any of them
}

rule chat_token : credentials token
{
    meta:
        id = "chat-token"
        title = "Slack, Teams or Telegram token"
        severity = "high"
        scope = "text"
        validate = "entropy"
        value = "chat token"
        guidance = "Revoke the token or webhook in the workspace's settings."
        example = "SLACK=xoxb-718293645501-829304756612-Kd82mXvQ7tRzLw4PnYc5BjHs"
        example = "https://hooks.slack.com/services/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"
        example = "bot = 718293645:AAF7kQ2mXv9RtLzW4pBnYcJ6sHd1PgE5uRa"
        example = "https://corp.webhook.office.com/webhookb2/7c1d9e42-5b83-4fa6-9d07-e2c85a31b6f4@1f8e6b0a-93d4-4c57-8a2e-b7d05c9f3e61/IncomingWebhook/9b2f"
        counterexample = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
        counterexample = "SLACK_BOT_TOKEN=xoxb-your-token-goes-here"
    strings:
        $value_slack = /\bxox[abeoprs]-[0-9]{8,14}-[A-Za-z0-9-]{10,80}/
        $value_hook = /hooks\.slack\.com\/(services|workflows)\/[A-Z0-9]{8,12}\/[A-Z0-9]{8,12}\/[A-Za-z0-9]{20,32}/
        $value_telegram = /\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b/
        $value_teams = /[a-z0-9-]{1,60}\.webhook\.office\.com\/webhookb2\/[0-9a-f-]{36}@[0-9a-f-]{36}\//
    condition:
        any of them
}

rule google_api_key : credentials token cloud
{
    meta:
        id = "google-api-key"
        title = "Google API key"
        severity = "medium"
        scope = "text"
        validate = "entropy"
        value = "Google API key"
        guidance = "Restrict or replace the key in the Google Cloud console."
        example = "key=AIzaSyD7k2mXv9RtLzW4pBnYcJ6sHd1PgE5uRaZ"
        counterexample = "key=AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
    strings:
        $value = /\bAIza[A-Za-z0-9_-]{35}/
    condition:
        $value
}

rule google_service_account : credentials token cloud
{
    meta:
        id = "google-service-account"
        title = "Google service account key"
        severity = "critical"
        scope = "text"
        value = "service account key"
        guidance = "Delete the key of the service account in the Google Cloud console, and issue a new one."
        example = "{\"type\": \"service_account\", \"project_id\": \"p\", \"private_key_id\": \"7c1d9e425b834fa69d07\", \"client_email\": \"a@p.iam.gserviceaccount.com\"}"
        counterexample = "{\"type\": \"service_account\", \"project_id\": \"p\"}"
    strings:
        $is = /"type"\s{0,4}:\s{0,4}"service_account"/
        $key = /"private_key_id"\s{0,4}:\s{0,4}"[0-9a-f]{20,40}"/
    condition:
        all of them
}

rule azure_key : credentials token cloud
{
    meta:
        id = "azure-key"
        title = "Azure storage or service bus key"
        severity = "critical"
        scope = "text"
        validate = "entropy"
        value = "Azure key"
        guidance = "Rotate the key of the account in the Azure portal; signed addresses made with it end with it."
        example = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zk3Qv7mXr9TtLw4PnYc5BjHs2DgEuRaZe8KyVfWq6TkWi1Mn0oCxDzUlAjGh4bF7tQ9rYpEsKd2mXvRzLwPnYq==;"
        example = "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=x;SharedAccessKey=Zk3Qv7mXr9TtLw4PnYc5BjHs2DgEuRaZe8KyVfWq6Tk="
        counterexample = "AccountKey=<your-account-key>;EndpointSuffix=core.windows.net"
        counterexample = "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    strings:
        $value_storage = /\bAccountKey=[A-Za-z0-9+\/]{86}==/
        $value_bus = /\bSharedAccessKey=[A-Za-z0-9+\/]{43}=/
        $not_emulator = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq"
    condition:
        #value_storage > #not_emulator or $value_bus
}

rule service_token : credentials token
{
    meta:
        id = "service-token"
        title = "Token of an online service"
        severity = "high"
        scope = "text"
        validate = "entropy"
        value = "service token"
        confidence = 90
        guidance = "Revoke the token with the service it belongs to, and issue a new one."
        example = "STRIPE_KEY=sk_live_7Kx2mQvRt9LzWp4BnYj8HsDc"
        example = "//registry.npmjs.org/:_authToken=npm_7Kx2mQvRt9LzWp4BnYj8HsDcFg5EuRaZe3Jy"
        example = "password = pypi-AgEIcHlwaS5vcmcCJDdjMWQ5ZTQyLTViODMtNGZhNi05ZDA3LWUyYzg1YTMxYjZmNAACKlszLCI"
        example = "SENDGRID=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"
        example = "VAULT_TOKEN=hvs.CAESIJ7Kx2mQvRt9LzWp4BnYj8HsDcFg5EuRaZe3Jy"
        counterexample = "STRIPE_KEY=sk_test_7Kx2mQvRt9LzWp4BnYj8HsDc"
        counterexample = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}"
    strings:
        $value_stripe = /\b[rs]k_live_[A-Za-z0-9]{20,120}\b/
        $value_npm = /\bnpm_[A-Za-z0-9]{36}\b/
        $value_pypi = /\bpypi-AgE(IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZ)[A-Za-z0-9_-]{40,}/
        $value_sendgrid = /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/
        $value_vault = /\bhv[sbr]\.[A-Za-z0-9_-]{24,200}/
        $value_openai = /\bsk-(proj|svcacct|admin|ant-api03|ant-admin01)-[A-Za-z0-9_-]{40,200}/
        $value_digitalocean = /\bdo[opr]_v1_[0-9a-f]{64}\b/
        $value_huggingface = /\bhf_[A-Za-z]{34}\b/
        $value_databricks = /\bdapi[0-9a-f]{32}\b/
        $value_atlassian = /\bATATT3[A-Za-z0-9_=-]{100,250}/
        $value_terraform = /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,70}/
        $value_grafana = /\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b/
    condition:
        any of them
}

rule web_token : credentials token
{
    meta:
        id = "json-web-token"
        title = "JSON web token"
        severity = "low"
        scope = "text"
        validate = "entropy"
        value = "JSON web token"
        confidence = 60
        guidance = "If the token has not run out, end the session it belongs to."
        example = "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3YzFkOWU0MiIsImV4cCI6MTk5OTk5fQ.Kx2mQvRt9LzWp4BnYj8HsDcFg5EuRaZe3Jy"
        counterexample = "A token has three parts: eyJhbGciOiJIUzI1NiJ9.payload.signature"
    strings:
        // YARA follows a pattern for about a thousand bytes: the signature may stand further off.
        $value = /\beyJ[A-Za-z0-9_-]{10,300}\.eyJ[A-Za-z0-9_-]{10,400}/
    condition:
        $value
}

rule connection_string : credentials password
{
    meta:
        id = "connection-string"
        title = "Connection string with a password"
        severity = "high"
        scope = "text"
        validate = "password"
        value = "password"
        within = 400
        guidance = "Change the password, and keep it in a secret store instead of the file."
        example = "<add name=\"db\" connectionString=\"Data Source=SQL01;Initial Catalog=HR;User ID=svc_hr;Password=Kx2mQvRt9L\" />"
        example = "jdbc:sqlserver://sql01;databaseName=hr;user=svc;password=vR9tLzWp4B;"
        example = "postgres://svc_hr:Kx2mQvRt9L@db01.corp.lan:5432/hr"
        example = "mongodb+srv://root:vR9tLzWp4B@c0.corp.lan/"
        counterexample = "Data Source=SQL01;Initial Catalog=HR;Integrated Security=SSPI"
        counterexample = "Server=myServerAddress;Database=myDataBase;User Id=myUsername;Password=myPassword;"
        counterexample = "postgres://user:password@localhost:5432/db"
        counterexample = "http://user:pass@host"
        counterexample = "https://jane:vR9tLzWp4B@www.example.com/"
        counterexample = "postgres://${DB_USER}:${DB_PASSWORD}@db:5432/app"
    strings:
        $value = /\b(password|pwd)\s?=\s?[^;"'<>\s&]{4,64}/ nocase
        $value_url = /\b(postgres(ql)?|mysql|mariadb|mssql|mongodb(\+srv)?|rediss?|amqps?|ldaps?|ftps?|sftp|smb|https?):\/\/[A-Za-z0-9._%+-]{1,40}:[^\s\/@:"'<>]{4,64}@[A-Za-z0-9._-]{2,80}/
        $near = /\b(data source|server|initial catalog|databasename|user id|uid)\s?=/ nocase
        $near_jdbc = "jdbc:"
        $near_url = "://"
    condition:
        ($value and ($near or $near_jdbc)) or ($value_url and $near_url)
}

rule password_assignment : credentials password
{
    meta:
        id = "password-assignment"
        title = "Password in clear"
        severity = "medium"
        scope = "text"
        validate = "secret"
        value = "password"
        confidence = 50
        fallback = true
        guidance = "Change the password, and keep it in a password safe instead of the document."
        example = "password = \"vR9t-LzWp4B\""
        example = "User: jsmith\nPassword: Kx2mQvRt9L\n"
        example = "Kennwort: Sommer#2031\n"
        example = "admin_pwd: 'Tr7-kQ2mXv'"
        example = "密码：Kx2mQvRt9L"
        example = "Пароль: Kx2mQvRt9L"
        example = "mot de passe : Kx2mQvRt9L"
        counterexample = "password = changeme123"
        counterexample = "password = ${DB_PASSWORD_1}"
        counterexample = "password = get_password(user2)"
        counterexample = "Password: at least 8 characters, 1 digit"
        counterexample = "password: String, # 1"
        counterexample = "passwordHash = sha256(password1)"
        counterexample = "Password: ____________"
        counterexample = "password=xxxxxxxx1"
        counterexample = "The password: chosen by the user in 2019"
        counterexample = "password = config.password1"
    strings:
        $value = /(password|passwd|pass[-_ ]?phrase|_pwd|\bpwd|passwort|kennwort|mot de passe|contrase\xc3\xb1a|\bsenha|wachtwoord|has\xc5\x82o|parola)["']?[ \t]{0,8}(=|:|:=|=>)[ \t]{0,8}["']?[^\s"'<>,;]{8,64}/ nocase
        $value_wide = /(\xe5\xaf\x86\xe7\xa0\x81|\xe5\x8f\xa3\xe4\xbb\xa4|\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c|\xd0\x9f\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c|\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89|\xeb\xb9\x84\xeb\xb0\x80\xeb\xb2\x88\xed\x98\xb8)[ \t]{0,8}(=|:|\xef\xbc\x9a)[ \t]{0,8}["']?[!-~]{8,64}/
    condition:
        any of them
}

rule netrc : credentials password
{
    meta:
        id = "netrc"
        title = "Password of a login file (.netrc)"
        severity = "high"
        scope = "text"
        validate = "password"
        value = "password"
        confidence = 90
        guidance = "Change the password; then remove it from the file or the file from the share."
        example = "machine ftp.corp.lan login backup password vR9tLzWp4B"
        example = "machine db01\n  login svc\n  password Kx2mQvRt9L\n"
        counterexample = "machine HOST login USER password <password>"
        counterexample = "machine example.com login daniel password qwerty"
        counterexample = "Each line names a machine, a login and a password."
    strings:
        $value = /\bmachine\s{1,8}[A-Za-z0-9._-]{3,80}\s{1,8}login\s{1,8}\S{1,64}\s{1,8}password\s{1,8}[^<\s]{4,64}/
    condition:
        $value
}

rule password_file : credentials passwords
{
    meta:
        id = "password-file"
        title = "Configuration file with a password"
        severity = "high"
        scope = "text"
        value = "password"
        confidence = 90
        guidance = "Change the password; then remove it from the file or the file from the share."
        example = "<AutoLogon><Password><Value>UABhAHMAcwAxADIAMwA=</Value><PlainText>false</PlainText></Password></AutoLogon>"
        example = "<User name=\"adm\"><Properties cpassword=\"j1Uyj3Vx8TY9LtLZil2uAuZkFQA/4latT76ZwgdHdhw\" userName=\"adm\"/></User>"
        example = "<Server><Host>ftp</Host><User>a</User><Pass encoding=\"base64\">dlI5dEx6V3A0Qg==</Pass></Server>"
        example = "<keyType>passPhrase</keyType><protected>false</protected><keyMaterial>vR9tLzWp4B</keyMaterial>"
        example = "password 51:b:01000000D08C9DDF0115D1118C7A00C04FC297EB0100000051A2B7C9"
        example = "{\"auths\": {\"registry.corp.lan\": {\"auth\": \"c3ZjOnZSOXRMeldwNEI=\"}}}"
        counterexample = "<Properties cpassword=\"\" userName=\"adm\"/>"
    strings:
        $value_unattend = /<(AutoLogon|AdministratorPassword|Credentials)>.{0,300}<Value>[^<]{4,200}<\/Value>/s
        $value_gpp = /\bcpassword="[A-Za-z0-9+\/=]{16,512}"/
        $value_filezilla = /<Pass encoding="base64">[A-Za-z0-9+\/=]{6,200}<\/Pass>/
        $value_wlan = /<protected>false<\/protected>\s{0,20}<keyMaterial>[^<]{8,64}<\/keyMaterial>/
        $value_rdp = /password 51:b:[0-9A-F]{40,}/
        $value_docker = /"auth"\s{0,4}:\s{0,4}"[A-Za-z0-9+\/]{12,400}={0,2}"\s{0,8}[,}]/
        $near_docker = "\"auths\""
    condition:
        any of ($value_unattend, $value_gpp, $value_filezilla, $value_wlan, $value_rdp)
        or ($value_docker and $near_docker)
}

rule password_export : credentials passwords
{
    meta:
        id = "password-export"
        title = "Passwords exported from a browser or password safe"
        severity = "critical"
        scope = "text"
        value = "password list"
        confidence = 95
        guidance = "Delete the file, and change every password in it."
        example = "name,url,username,password,note\nmail,https://mail.corp.lan,a,b,\n"
        example = "url,username,password,totp,extra,name,grouping,fav\nhttps://a,b,c,,,d,,0\n"
        example = "\"Account\",\"Login Name\",\"Password\",\"Web Site\",\"Comments\"\n\"a\",\"b\",\"c\",\"\",\"\"\n"
        example = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,a,,,0,b,c,d,\n"
        counterexample = "The columns are name, url, username and password."
    strings:
        $is_chrome = /\bname,url,username,password(,note)?\r?\n[^\n]/
        $is_firefox = "\"url\",\"username\",\"password\",\"httpRealm\""
        $is_lastpass = /\burl,username,password,(totp,)?extra,name,grouping,fav/
        $is_bitwarden = "login_uri,login_username,login_password"
        $is_keepass = "\"Account\",\"Login Name\",\"Password\",\"Web Site\""
        $is_keepass_xml = /<KeePassFile>.{0,400}<Generator>KeePass/s
    condition:
        any of them
}

rule password_hashes : credentials passwords
{
    meta:
        id = "password-hashes"
        title = "Password hashes"
        severity = "critical"
        scope = "text"
        value = "password hash"
        confidence = 95
        guidance = "Change the passwords: their hashes can be tried at leisure, and NT hashes can be used as they are."
        example = "root:$6$Kx2mQvRt$9LzWp4BnYj8HsDcFg5EuRaZe3JyVfBq6TkWi1Mn0oCxDzUlAjGh2bF7tQ9r:19700:0:99999:7:::"
        example = "Administrator:500:aad3b435b51404eeaad3b435b51404ee:8846f7eaee8fb117ad06bdd830b7586c:::"
        example = "backup:$apr1$Kx2mQvRt$9LzWp4BnYj8HsDcFg5EuR."
        example = "admin:$2y$10$9LzWp4BnYj8HsDcFg5EuRaZe3JyVfBq6TkWi1Mn0oCxDzUlAjGh2b"
        counterexample = "root:x:0:0:root:/root:/bin/bash\nroot:*:19700:0:99999:7:::"
        counterexample = "The prefix $6$ stands for SHA-512."
    strings:
        $value_crypt = /\b[A-Za-z0-9._-]{1,32}:\$(1|5|6|y|gy|7|apr1)\$[^\s:]{20,200}/
        $value_bcrypt = /\b[A-Za-z0-9._-]{1,32}:\$2[abxy]?\$[0-9]{2}\$[.\/A-Za-z0-9]{53}/
        $value_nt = /[^\s:]{1,64}:[0-9]{3,10}:[0-9a-fA-F]{32}:[0-9a-fA-F]{32}:::/
    condition:
        any of them
}

rule windows_password_store : credentials passwords
{
    meta:
        id = "windows-password-store"
        title = "Windows account database (SAM, SECURITY, NTDS.dit)"
        severity = "critical"
        scope = "raw"
        value = "account database"
        confidence = 95
        guidance = "Delete the copy, find out who made it, and change the passwords of the accounts in it."
        example = "regf\x01\x00\x00\x00\x01\x00\x00\x00aaaaaaaabbbbccccddddeeeeffffgggghhhhiiii\\\x00S\x00y\x00s\x00t\x00e\x00m\x003\x002\x00\\\x00C\x00o\x00n\x00f\x00i\x00g\x00\\\x00S\x00A\x00M\x00\x00\x00"
        example = "\x00\x00\x00\x00\xef\xcd\xab\x89\x20\x06\x00\x00 MSysObjects datatable ATTm590045 ATTk589879"
        counterexample = "regf\x01\x00\x00\x00\x01\x00\x00\x00\\\x00n\x00t\x00u\x00s\x00e\x00r\x00.\x00d\x00a\x00t\x00"
        counterexample = "\x00\x00\x00\x00\xef\xcd\xab\x89\x20\x06\x00\x00 MSysObjects"
    strings:
        $is_hive = "regf"
        $sam = /\\\x00(S\x00A\x00M|S\x00E\x00C\x00U\x00R\x00I\x00T\x00Y)\x00\x00\x00/ nocase
        $is_ese = { EF CD AB 89 }
        $account = "ATTm590045"
        $hash = "ATTk589879"
    condition:
        ($is_hive at 0 and $sam in (0 .. 256)) or ($is_ese at 4 and $account and $hash)
}

rule vault_file : credentials encrypted
{
    meta:
        id = "ansible-vault"
        title = "Ansible vault"
        severity = "info"
        scope = "text"
        value = "Ansible vault"
        example = "$ANSIBLE_VAULT;1.1;AES256\n66386439653236336462626566653063336164663966303231363934653561363964363833313662\n"
        counterexample = "A vault starts with $ANSIBLE_VAULT."
    strings:
        $is = /\$ANSIBLE_VAULT;1\.[0-9];AES256/
    condition:
        $is
}

rule network_device_secret : credentials password network
{
    meta:
        id = "network-device-secret"
        title = "Secret of a router, switch or firewall"
        severity = "high"
        scope = "text"
        value = "device secret"
        confidence = 90
        guidance = "Change the secret on the device; the older forms of storing it can be read back at once."
        example = "enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0"
        example = "username admin privilege 15 password 7 0822455D0A16"
        example = "snmp-server community Kx2mQvRt RW"
        example = "crypto isakmp key vR9tLzWp4B address 203.0.113.7"
        example = "set system root-authentication encrypted-password \"$6$Kx2mQvRt$9LzWp4BnYj8HsDc\""
        example = "    set psksecret ENC aR9tLzWp4BnYj8HsDcFg5EuRaZe3Jy=="
        example = "local-user admin password irreversible-cipher $1c$Kx2mQvRt$9LzWp4BnYj8HsDc$"
        counterexample = "Use enable secret instead of enable password."
        counterexample = "snmp-server community public RO"
        counterexample = "enable secret 5 <hash>"
    strings:
        $value_enable = /\benable (secret|password) (level [0-9]{1,2} )?[456789] [$.\/A-Za-z0-9]{8,128}/
        $value_user = /\busername \S{1,40} (privilege [0-9]{1,2} )?(secret|password) [456789] [$.\/A-Za-z0-9]{8,128}/
        $value_snmp = /\bsnmp-server community [^\s<]{6,40} (RO|RW|ro|rw)\b/
        $value_isakmp = /\bcrypto isakmp key (6 )?[^\s<]{6,64} (address|hostname)/
        $value_juniper = /\bencrypted-password "\$[0-9]\$[^"]{8,128}"/
        $value_forti = /\bset (password|passwd|psksecret|passphrase) ENC [A-Za-z0-9+\/=]{16,}/
        $value_huawei = /\bpassword (irreversible-cipher|cipher) [$%@^#][^\s<]{12,200}/
        $not_default = /\bsnmp-server community (public|private) (RO|RW|ro|rw)\b/
    condition:
        any of ($value_enable, $value_user, $value_isakmp, $value_juniper, $value_forti, $value_huawei)
        or #value_snmp > #not_default
}
