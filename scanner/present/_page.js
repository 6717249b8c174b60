"use strict";
// Shows the list: filters, sorts and pages it, and opens details. Data reaches the page as text only.
(() => {
  const PAGE = 50, PRINTED = 1000;
  const NAME = 0, FOLDER = 1, WHY = 2, SEVERITY = 3, STATE = 4, ZONE = 5, OWNER = 6, LABEL = 7, RULES = 8, ASSIGNEE = 9;
  const LAST = 10, FIRST = 11, COPIES = 12, KEY = 13;
  const WORDS = ["Info", "Low", "Medium", "High", "Critical"];
  const TEXTS = [FOLDER, WHY, STATE, ZONE, OWNER, LABEL, RULES, ASSIGNEE];
  const FILTERS = { "f-state": STATE, "f-zone": ZONE, "f-owner": OWNER, "f-label": LABEL };

  const byId = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(byId(id).textContent);
  const meta = read("data-meta");
  const strings = read("data-strings");
  const rows = read("data-rows");
  const details = new Map();
  const number = new Intl.NumberFormat("en");
  let view = [], page = 0, size = PAGE, open = new Set();
  let sorted = { column: SEVERITY, up: false };

  const make = (name, text, cls) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (cls) node.className = cls;
    return node;
  };
  const said = (value) => (typeof value === "number" ? strings[value] : value);
  const time = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
  const path = (row) => (strings[row[FOLDER]] ? strings[row[FOLDER]].replace(/\/$/, "") + "/" : "") + row[NAME];

  const oneZone = rows.every((row) => row[ZONE] === rows[0][ZONE]);
  const COLUMNS = [
    { title: "Severity", column: SEVERITY, up: false },
    { title: meta.state, column: STATE, up: true },
    { title: "File", column: NAME, up: true },
    { title: "Zone", column: ZONE, up: true },
    { title: "Label", column: LABEL, up: true },
    { title: "Changed", column: LAST, up: false, timed: true },
    { title: "Files", column: COPIES, up: false, timed: true },
  ].filter((each) => (meta.timed || !each.timed) && !(oneZone && each.column === ZONE));

  const filter = () => {
    const least = byId("f-severity").value, since = meta.timed ? byId("f-since").value : "";
    const chosen = Object.entries(FILTERS).map(([id, column]) => [column, byId(id).value]).filter((each) => each[1] !== "");
    const wanted = chosen.map(([column, value]) => [column, Number(value)]);
    const from = since ? Date.parse(since + "T00:00:00Z") / 1000 : -Infinity;
    const words = byId("f-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = words.map((word) => [word, strings.map((text) => text.toLowerCase().includes(word)), word.includes("/")]);
    view = [];
    rows.forEach((row, index) => {
      if (least !== "" && row[SEVERITY] < Number(least)) return;
      if (row[LAST] < from) return;
      if (!wanted.every(([column, value]) => row[column] === value)) return;
      if (matching.every(([word, hits, whole]) => has(row, word, hits, whole))) view.push(index);
    });
    sort();
  };
  const has = (row, word, hits, whole) =>
    TEXTS.some((column) => hits[row[column]]) || row[NAME].toLowerCase().includes(word) || row[KEY].startsWith(word)
    || (whole && path(row).toLowerCase().includes(word));

  const sort = () => {
    const { column, up } = sorted, way = up ? 1 : -1;
    let rank;
    if (column === STATE || column === ZONE || column === LABEL) {
      const order = strings.map((text, index) => [text.toLowerCase(), index]).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      const place = new Int32Array(strings.length);
      order.forEach(([, index], position) => { place[index] = position; });
      rank = (row) => place[row[column]];
    } else if (column === NAME) {
      const names = rows.map((row) => row[NAME].toLowerCase());
      view.sort((a, b) => (names[a] < names[b] ? -way : names[a] > names[b] ? way : a - b));
      return show(0);
    } else {
      rank = (row) => row[column];
    }
    const ranks = Float64Array.from(rows, rank);
    view.sort((a, b) => (ranks[a] - ranks[b]) * way || rows[b][SEVERITY] - rows[a][SEVERITY] || rows[b][LAST] - rows[a][LAST] || a - b);
    return show(0);
  };

  const show = (to) => {
    const last = Math.max(0, Math.ceil(view.length / size) - 1);
    page = Math.min(Math.max(0, to), last);
    const body = byId("rows"), shown = view.slice(page * size, (page + 1) * size);
    body.replaceChildren(...shown.flatMap((index) => (open.has(index) ? [line(index), detail(index)] : [line(index)])));
    const all = number.format(rows.length), some = number.format(view.length);
    byId("count").textContent = view.length === rows.length ? `${all} ${meta.what}` : `${some} of ${all} ${meta.what}`;
    byId("page").textContent = `Page ${number.format(page + 1)} of ${number.format(last + 1)}`;
    byId("pager").hidden = last === 0;
    byId("first").disabled = byId("back").disabled = page === 0;
    byId("next").disabled = byId("last").disabled = page === last;
  };

  const cell = (head, ...nodes) => {
    const node = make("td");
    node.setAttribute("role", "cell");
    if (head) node.dataset.head = head;
    node.append(...nodes);
    return node;
  };
  const line = (index) => {
    const row = rows[index], tr = make("tr");
    tr.setAttribute("role", "row");
    const button = make("button", row[NAME] || "/", "plain name");
    button.type = "button";
    button.setAttribute("aria-expanded", String(open.has(index)));
    button.dataset.row = index;
    const file = cell("", button, make("div", strings[row[FOLDER]], "folder"), make("div", strings[row[WHY]], "why"));
    file.className = "file";
    tr.append(cell("Severity", make("span", WORDS[row[SEVERITY]], `badge v${row[SEVERITY]}`)));
    tr.append(cell(meta.state, strings[row[STATE]]), file);
    if (!oneZone) tr.append(cell("Zone", strings[row[ZONE]]));
    tr.append(cell("Label", strings[row[LABEL]]));
    if (meta.timed) {
      const seen = cell("Changed", time(row[LAST])), files = cell("Files", number.format(row[COPIES]));
      seen.className = "when";
      files.className = "n";
      tr.append(seen, files);
    }
    return tr;
  };

  const inside = (index) => {
    const chunk = Math.floor(index / meta.chunk);
    if (!details.has(chunk)) details.set(chunk, read(`data-details-${chunk}`));
    return details.get(chunk)[index % meta.chunk];
  };
  const detail = (index) => {
    const row = rows[index], [facts, findings, problems] = inside(index);
    const tr = make("tr", undefined, "detail"), td = cell("");
    const list = make("dl");
    const given = facts.map(([name, value]) => [strings[name], said(value)]);
    const known = [[meta.path, path(row)], ["Why", strings[row[WHY]]], ...given];
    if (oneZone) known.push(["Zone", strings[row[ZONE]]]);
    known.push(["Owner of the zone", strings[row[OWNER]]], ["Assigned to", strings[row[ASSIGNEE]]]);
    if (meta.timed) {
      known.push(["First seen", `${time(row[FIRST])} UTC`], ["Changed", `${time(row[LAST])} UTC`]);
      known.push(["Key", row[KEY]], ["Command", `docwarden alerts show ${row[KEY]}`]);
    }
    known.filter((each) => each[1] !== "").forEach(([name, value]) => list.append(make("dt", name), make("dd", value)));
    td.append(list);
    if (findings.length) td.append(inner("What was found, and why it is believed", ["Place", "What", "Rule", "Meant as", "Sure", "Because"], findings));
    if (problems.length) td.append(inner("What was not read", ["Place", "Reason", "Detail"], problems));
    tr.setAttribute("role", "row");
    td.colSpan = COLUMNS.length;
    tr.append(td);
    return tr;
  };
  const inner = (title, heads, lines) => {
    const box = make("div", undefined, "scroll"), table = make("table"), head = make("tr"), body = make("tbody"), top = make("thead");
    table.append(make("caption", title));
    heads.forEach((text) => { const th = make("th", text); th.scope = "col"; head.append(th); });
    top.append(head);
    lines.forEach((cells) => { const tr = make("tr"); cells.forEach((value) => tr.append(make("td", said(value)))); body.append(tr); });
    table.append(top, body);
    box.append(table);
    return box;
  };

  const toggle = (button) => {
    const index = Number(button.dataset.row), tr = button.closest("tr");
    if (open.delete(index)) tr.nextElementSibling.remove();
    else { open.add(index); tr.after(detail(index)); }
    button.setAttribute("aria-expanded", String(open.has(index)));
  };
  const heads = () => {
    byId("head").replaceChildren(...COLUMNS.map(({ title, column, up }) => {
      const th = make("th"), button = make("button", title, "plain");
      const asked = sorted.column === column;
      th.scope = "col";
      th.setAttribute("role", "columnheader");
      th.setAttribute("aria-sort", asked ? (sorted.up ? "ascending" : "descending") : "none");
      if (column === COPIES) th.className = "n";
      button.type = "button";
      button.addEventListener("click", () => {
        sorted = { column, up: sorted.column === column ? !sorted.up : up };
        heads();
        sort();
        byId("head").querySelector(`th:nth-child(${COLUMNS.findIndex((each) => each.column === column) + 1}) button`).focus();
      });
      th.append(button);
      return th;
    }));
  };

  const option = (select, value, text) => { const node = make("option", text); node.value = value; select.append(node); };
  const choices = () => {
    option(byId("f-severity"), "", "Any");
    for (let least = 4; least > 0; least -= 1) option(byId("f-severity"), least, least === 4 ? WORDS[4] : `${WORDS[least]} or worse`);
    Object.entries(FILTERS).forEach(([id, column]) => {
      const used = [...new Set(rows.map((row) => row[column]))].sort((a, b) => (strings[a].toLowerCase() < strings[b].toLowerCase() ? -1 : 1));
      byId(id).parentElement.hidden = used.length < 2;
      option(byId(id), "", "Any");
      used.forEach((value) => option(byId(id), value, strings[value] || "none"));
    });
    document.querySelectorAll(".timed").forEach((node) => { node.hidden = !meta.timed; });
  };
  const picks = () => document.querySelectorAll("th[data-pick]").forEach((th) => {
    const select = byId(th.dataset.pick), text = th.querySelector(".t").textContent;
    const known = [...select.options].find((each) => each.textContent === text);
    if (!known) return;
    const button = make("button", text, "plain picks");
    button.type = "button";
    button.title = "Show these in the list";
    button.addEventListener("click", () => { select.value = known.value; filter(); byId("list").focus(); byId("list").scrollIntoView(); });
    th.querySelector(".t").replaceChildren(button);
  });

  choices();
  picks();
  heads();
  filter();
  byId("filters").hidden = byId("table").hidden = false;
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("input", filter);
  byId("filters").addEventListener("reset", () => setTimeout(filter));
  byId("rows").addEventListener("click", (event) => { const button = event.target.closest("button.name"); if (button) toggle(button); });
  byId("first").addEventListener("click", () => show(0));
  byId("back").addEventListener("click", () => show(page - 1));
  byId("next").addEventListener("click", () => show(page + 1));
  byId("last").addEventListener("click", () => show(Infinity));
  window.addEventListener("beforeprint", () => {
    size = PRINTED;
    show(0);
    if (view.length > PRINTED) byId("count").textContent += `; the first ${number.format(PRINTED)} are printed`;
  });
  window.addEventListener("afterprint", () => { size = PAGE; show(0); });
})();
