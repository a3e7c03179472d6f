"use strict";
(() => {
  const PER_PAGE = 50;
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const [query, filters, list, pager, count, tabs] = ["query", "filters", "list", "pager", "count", "tabs"].map(at);

  const languages = (row) => [row.from, row.to].filter(Boolean).filter((code, i, all) => all.indexOf(code) === i).join(" → ");
  const FILTERS = {
    origin: ["All origins", (row) => row.origin],
    split: ["All splits", (row) => row.split],
    language: ["All languages", languages],
    task: ["All tasks", (row) => row.task],
    prompt: ["All prompts", (row) => row.prompt],
    model: ["All models", (row) => row.model],
    reason: ["All reasons", (row) => row.reason],
  };
  const SORTS = [
    ["Order: document", null],
    ["Least distance first", (a, b) => (a.distance ?? 2) - (b.distance ?? 2)],
    ["Greatest distance first", (a, b) => (b.distance ?? -1) - (a.distance ?? -1)],
    ["Shortest first", (a, b) => size(a) - size(b)],
    ["Longest first", (a, b) => size(b) - size(a)],
  ];
  const TABS = [
    ["pairs", "Pairs", data.pairs],
    ["dropped", "Dropped", data.dropped],
    ["preferences", "Preferences", data.preferences],
    ["notes", "Notes", data.notes],
  ];
  const state = { tab: 0, page: 0, current: -1, sort: 0, chosen: {}, rows: [] };

  // A text is a string, or a list of stretches: every second one was changed.
  const plain = (text) => (Array.isArray(text) ? text.join("") : text ?? "");
  const size = (row) => plain(row.target ?? row.chosen).length;
  const haystacks = new WeakMap();
  const haystack = (row) => {
    if (!haystacks.has(row)) {
      const texts = [row.source, row.target, row.chosen, row.rejected, row.doc, row.place, row.words];
      haystacks.set(row, texts.map(plain).join("\n").toLowerCase());
    }
    return haystacks.get(row);
  };
  const wanted = () => [...query.value.toLowerCase().matchAll(/"([^"]+)"|[^\s"]+/g)].map((found) => found[1] ?? found[0]);

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };

  const matches = (text, terms) => {
    const low = text.toLowerCase();
    const spans = [];
    if (low.length !== text.length) return spans;
    for (const term of terms) {
      for (let i = low.indexOf(term); i >= 0 && spans.length < 500; i = low.indexOf(term, i + term.length)) spans.push([i, i + term.length]);
    }
    return spans.sort((a, b) => a[0] - b[0]);
  };

  const marked = (text, terms, changed) => {
    const stretches = Array.isArray(text) ? text : [text ?? ""];
    const spans = matches(plain(text), terms);
    const out = [];
    let offset = 0;
    stretches.forEach((stretch, index) => {
      const parts = [];
      let done = 0;
      for (const [start, end] of spans) {
        const from = Math.max(start - offset, done);
        const to = Math.min(end - offset, stretch.length);
        if (from >= to) continue;
        parts.push(stretch.slice(done, from), element("mark", {}, stretch.slice(from, to)));
        done = to;
      }
      parts.push(stretch.slice(done));
      offset += stretch.length;
      if (stretch) out.push(...(index % 2 ? [element(changed, {}, ...parts)] : parts));
    });
    return out;
  };

  const side = (label, text, terms, changed, lang) =>
    element("div", { class: "side" }, element("h2", {}, label), element("p", { class: "text", dir: "auto", lang: lang }, ...marked(text, terms, changed)));

  const fact = (text, name, title) => (text ? element("span", { class: name, title: title }, text) : null);

  const facts = (row, terms) => {
    const line = element(
      "p",
      { class: "facts" },
      fact(row.origin ?? row.task, "origin"),
      fact(row.origin ? row.task : null),
      fact(languages(row)),
      fact(row.split, "split"),
      fact(row.moved ? "moved to train" : null, "moved", "All but the same as something in another split"),
      fact([row.prompt, row.model].filter(Boolean).join(" · ")),
    );
    if (typeof row.distance === "number") {
      const percent = `${Math.round(100 * row.distance)} % changed`;
      line.append(element("span", {}, element("meter", { min: 0, max: 1, value: row.distance, "aria-label": percent }), ` ${percent}`));
    }
    line.append(element("span", { class: "place" }, ...marked(row.place || row.doc, terms, "mark")));
    return line;
  };

  const card = (row, index) => {
    const terms = wanted();
    const made = element("article", { "data-index": index, "aria-label": `${index + 1} of ${state.rows.length}` }, facts(row, terms));
    if (row.reason) made.append(element("p", { class: "reason" }, element("b", {}, row.reason), ": ", ...marked(row.words, terms, "mark")));
    if (row.chosen !== undefined) {
      made.append(element("div", { class: "whole" }, side("Source", row.source, terms, "mark", row.from)));
      made.append(element("div", { class: "sides" }, side("Chosen", row.chosen, terms, "ins"), side("Rejected", row.rejected, terms, "del")));
    } else {
      const names = row.task === "qa" ? ["Question", "Answer"] : ["Source", "Target: the author’s text"];
      made.append(element("div", { class: "sides" }, side(names[0], row.source, terms, "del", row.from), side(names[1], row.target, terms, "ins", row.to)));
    }
    return made;
  };

  const all = () => TABS[state.tab][2];
  const select = () => {
    const terms = wanted();
    const chosen = Object.entries(state.chosen);
    const fits = (row) => chosen.every(([name, value]) => (FILTERS[name][1](row) ?? "") === value) && terms.every((term) => haystack(row).includes(term));
    state.rows = all().filter(fits);
    const order = SORTS[state.sort][1];
    if (order) state.rows.sort(order);
  };

  const drawNotes = () => {
    const notes = data.notes.map((note) => element("li", { dir: "auto" }, note));
    list.replaceChildren(notes.length ? element("ul", { class: "notes" }, ...notes) : element("p", { class: "none" }, "There is nothing to note."));
    pager.replaceChildren();
    count.textContent = "";
  };

  const draw = () => {
    if (TABS[state.tab][0] === "notes") return drawNotes();
    const pages = Math.max(1, Math.ceil(state.rows.length / PER_PAGE));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * PER_PAGE;
    const shown = state.rows.slice(first, first + PER_PAGE);
    list.replaceChildren(...shown.map((row, i) => card(row, first + i)));
    if (!shown.length) list.append(element("p", { class: "none" }, all().length ? "Nothing fits the search and the filters." : "There are none."));
    const number = (n) => n.toLocaleString("en");
    const range = shown.length ? `, ${number(first + 1)} to ${number(first + shown.length)} shown` : "";
    count.textContent = `${number(state.rows.length)} of ${number(all().length)}${range}`;
    drawPager(pages);
    mark();
  };

  const drawPager = (pages) => {
    if (pages < 2) return pager.replaceChildren();
    const turn = (label, step, off) => {
      const button = element("button", { type: "button", disabled: off }, label);
      button.addEventListener("click", () => turnPage(step));
      return button;
    };
    pager.replaceChildren(turn("Previous", -1, state.page === 0), `${state.page + 1} / ${pages}`, turn("Next", 1, state.page === pages - 1));
  };

  const mark = () => {
    for (const one of list.querySelectorAll("article.current")) one.classList.remove("current");
    const one = list.querySelector(`article[data-index="${state.current}"]`);
    if (one) one.classList.add("current");
    return one;
  };

  const turnPage = (step) => {
    const pages = Math.ceil(state.rows.length / PER_PAGE);
    const next = state.page + step;
    if (next < 0 || next >= pages) return;
    state.page = next;
    state.current = next * PER_PAGE;
    draw();
    window.scrollTo(0, 0);
  };

  const move = (step) => {
    const next = Math.min(Math.max(state.current + step, 0), state.rows.length - 1);
    if (next < 0) return;
    state.current = next;
    const page = Math.floor(next / PER_PAGE);
    if (page !== state.page) {
      state.page = page;
      draw();
    }
    const one = mark();
    if (one) one.scrollIntoView({ block: "nearest" });
  };

  const refresh = () => {
    state.page = 0;
    state.current = -1;
    if (TABS[state.tab][0] !== "notes") select();
    draw();
    window.scrollTo(0, 0);
  };

  const tally = (rows, value) => {
    const found = new Map();
    for (const row of rows) {
      const name = value(row) ?? "";
      if (name) found.set(name, (found.get(name) ?? 0) + 1);
    }
    return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  };

  const choice = (label, options, chosen, onChange) => {
    const made = element("select", { "aria-label": label }, ...options.map(([text, value]) => element("option", { value: value }, text)));
    made.value = chosen;
    made.classList.toggle("set", chosen !== options[0][1]);
    made.addEventListener("change", () => {
      made.classList.toggle("set", made.value !== options[0][1]);
      onChange(made.value);
      refresh();
    });
    return made;
  };

  const drawFilters = () => {
    filters.replaceChildren();
    state.chosen = {};
    const name = TABS[state.tab][0];
    query.hidden = filters.hidden = name === "notes";
    if (name === "notes") return;
    for (const [key, [label, value]] of Object.entries(FILTERS)) {
      const found = tally(all(), value);
      if (found.length < 2) continue;
      const options = [[label, ""], ...found.map(([text, n]) => [`${text} (${n.toLocaleString("en")})`, text])];
      filters.append(choice(label, options, "", (chosen) => (chosen ? (state.chosen[key] = chosen) : delete state.chosen[key])));
    }
    const sorts = SORTS.map(([label], i) => [label, String(i)]).filter((_, i) => name === "pairs" || i === 0 || i > 2);
    if (!sorts.some(([, value]) => value === String(state.sort))) state.sort = 0;
    filters.append(choice("Order", sorts, String(state.sort), (value) => (state.sort = Number(value))));
  };

  const open = (index, focus) => {
    state.tab = index;
    [...tabs.children].forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
      if (i === index && focus) tab.focus();
    });
    drawFilters();
    refresh();
  };

  TABS.forEach(([, label, rows], index) => {
    const tab = element("button", { type: "button", role: "tab", "aria-controls": "list" }, label, element("b", {}, rows.length.toLocaleString("en")));
    tab.addEventListener("click", () => open(index));
    tabs.append(tab);
  });
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) open((state.tab + step + TABS.length) % TABS.length, true);
  });

  let waiting = 0;
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 120);
  });
  list.addEventListener("click", (event) => {
    const one = event.target.closest("article");
    if (!one) return;
    state.current = Number(one.dataset.index);
    mark();
  });

  const KEYS = { j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1), "[": () => turnPage(-1), "]": () => turnPage(1) };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && document.activeElement === query) {
      query.value = "";
      query.blur();
      return refresh();
    }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    if (event.key === "/" && !query.hidden) query.focus();
    else if (/^[1-4]$/.test(event.key)) open(Number(event.key) - 1);
    else if (KEYS[event.key] && TABS[state.tab][0] !== "notes") KEYS[event.key]();
    else return;
    event.preventDefault();
  });

  open(0);
})();
