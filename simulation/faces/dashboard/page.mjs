/* Two worlds on the same luck: left as the scenario has it, right as the person changes it. */

const { Engine, Refused, uPlot } = globalThis;
const told = JSON.parse(document.getElementById("document").textContent);
const at = (id) => document.getElementById(id);
const LEFT = "#45607a";
const RIGHT = "#b14a00";
const PAIRS = 60;

/** What people can be coloured by: a column, what it is from white to full, and its hue. */
const COLOURS = {
  practice: { column: "people.adopter", low: 0, high: 1, hue: 150, title: "practises mentoring" },
  engagement: { column: "people.engagement", low: -1.5, high: 1.5, hue: 250, title: "engagement" },
  trust: { column: "people.credibility", low: 0, high: 1, hue: 285, title: "trust in leaders" },
  ownership: { column: "people.ownership", low: 0, high: 1, hue: 330, title: "ownership" },
  "presence felt": { column: "people.presence", low: 0, high: 1, hue: 200, title: "presence felt" },
};
/** Buttons of events: words, and what happens. */
const EVENTS = [
  ["The chief leaves", { type: "chief_leaves" }],
  ["Silence, 3 months", { type: "commitment_lapse", talk: 0.1, action: 0.1, months: 3 }],
  ["Only promises, 3 months", { type: "commitment_lapse", action: 0.1, months: 3 }],
  ["A campaign", { type: "campaign" }],
  ["A mentoring lead leaves", { type: "leads_leave", count: 1 }],
  ["The sponsor leaves", { type: "sponsor_leaves" }],
  ["Budget halved for a year", { type: "budget_cut", share: 0.5, months: 12 }],
  ["A new strategy", { type: "strategy_change" }],
  ["A tenth is laid off", { type: "layoff", share: 0.1 }],
];
const WORDS = {
  "per month": "a month", "probability per month": "a month", share: "of 1", switch: "",
};

const engine = await Engine.load(told);
const parameters = engine.parameters;
const state = { scenario: told.scenarios[0].name, seed: 0, values: {}, events: [], month: 0 };
let left, right, playing = null, tree, workers = [], band = null, asked = 0;

// ------------------------------------------------------------------------------- worlds

/** Make both worlds again, up to the month shown; say what cannot be. */
function build() {
  const scenario = engine.scenario(state.scenario);
  const common = { scenario: state.scenario, seed: state.seed };
  let made;
  try {
    made = engine.world({
      ...common,
      parameters: state.values,
      events: [...scenario.events, ...state.events],
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.message);
    return false;
  }
  right?.free();
  right = made;
  if (!left || left.scenario !== state.scenario || left.seed !== state.seed) {
    left?.free();
    left = Object.assign(engine.world(common), { scenario: state.scenario });
  } else if (left.month > state.month) {
    left.free();
    left = Object.assign(engine.world(common), { scenario: state.scenario });
  }
  left.advance(state.month);
  right.advance(state.month);
  return true;
}

function go(month) {
  const last = right.months;
  state.month = Math.max(0, Math.min(month, last));
  if (state.month < right.month) build();
  left.advance(state.month);
  right.advance(state.month);
  if (state.month === last) stop();
  show();
}

/** Set a lever or another parameter; from now on where that can be, else from the start. */
function set(name, value) {
  const before = structuredClone({ values: state.values, events: state.events });
  if (state.month > 0 && changes(name)) {
    const month = state.month + 1;
    state.events = state.events.filter((e) => e.lever !== name || e.month !== month);
    if (value !== right_value(name)) state.events.push({ type: "change", month, lever: name, value });
  } else if (value === engine.scenario(state.scenario).values[name]) delete state.values[name];
  else state.values[name] = value;
  if (!build()) Object.assign(state, before);
  changed();
}

/** Whether a parameter can be changed on the way. */
const changes = (name) => parameters.get(name).role === "lever" && parameters.get(name).acts !== "start";

/** The value that a parameter has in the right world by the next month. */
function right_value(name, month = state.month) {
  const later = state.events.filter((e) => e.lever === name && e.month <= month);
  return later.at(-1)?.value ?? state.values[name] ?? engine.scenario(state.scenario).values[name];
}

function undo(name) {
  delete state.values[name];
  state.events = state.events.filter((e) => e.lever !== name);
  build();
  changed();
}

function happen(event) {
  const month = Math.max(Number(at("when").value) || 0, 1);
  const [values, events] = [state.values, state.events];
  state.events = [...events, { ...event, month }];
  if (!build()) Object.assign(state, { values, events });
  changed();
}

function changed() {
  band = null;
  controls();
  listed();
  remember();
  show();
  compare();
}

// ----------------------------------------------------------------------------- controls

function spoken(name) {
  return name.split(".")[1].replaceAll("_", " ");
}

function number(value, digits = 2) {
  return typeof value === "number" ? String(Number(value.toFixed(digits))) : String(value);
}

/** Say when a parameter acts, if not at once. */
function mark(one) {
  if (state.month > 0 && !changes(one.name)) return "acts from the start: both worlds begin again";
  if (one.acts === "next holder") return "acts with the next who leaves or comes";
  const lacking = one.needs.find(([name, values]) => {
    const value = right_value(name, Infinity);
    return values.length ? !values.includes(value) : value === parameters.get(name).off;
  });
  return lacking ? `acts once ${spoken(lacking[0])} is set` : "";
}

function makeControls() {
  const groups = Map.groupBy(
    told.parameters.filter((one) => one.place !== null && (one.role === "lever" || one.plausible)),
    (one) => one.name.split(".")[0],
  );
  const order = [...Object.keys(told.actions), ...groups.keys()];
  for (const group of new Set(order)) {
    const all = groups.get(group) ?? [];
    const levers = all.filter((one) => one.role === "lever");
    const rest = all.filter((one) => one.role !== "lever");
    if (!all.length) continue;
    const title = told.actions[group] ?? group.replaceAll("_", " ");
    const box = fold(title, levers.map(control));
    if (rest.length) box.append(fold("Assumptions", rest.map(control)));
    box.open = group === "commitment" || group === "presence";
    at("controls").append(box);
  }
}

function fold(title, children) {
  const box = document.createElement("details");
  const head = document.createElement("summary");
  head.textContent = title;
  box.append(head, ...children);
  return box;
}

function control(one) {
  const box = document.createElement("div");
  box.className = "control";
  box.dataset.name = one.name;
  const id = `p-${one.name}`;
  const ends = one.role === "lever" ? [one.low, one.high] : [...one.plausible];
  if (one.unit === "levels") ends[1] = Math.min(ends[1], told.organization.levels - 2); // of leaders
  let input;
  if (one.choices.length || one.kind === "bool") {
    input = document.createElement("select");
    for (const choice of one.choices.length ? one.choices : ["false", "true"])
      input.add(new Option(one.kind === "bool" ? { false: "no", true: "yes" }[choice] : choice, choice));
    input.addEventListener("change", () =>
      set(one.name, one.kind === "bool" ? input.value === "true" : input.value),
    );
  } else {
    input = document.createElement("input");
    Object.assign(input, { type: "range", min: ends[0], max: ends[1] });
    input.step = one.kind === "int" ? 1 : (ends[1] - ends[0]) / 100;
    input.addEventListener("input", () => set(one.name, Number(input.value)));
  }
  input.id = id;
  input.setAttribute("aria-describedby", `${id}-help`);
  const unit = WORDS[one.unit] ?? one.unit;
  box.innerHTML = `<label for="${id}"><span></span><output></output></label>`;
  box.querySelector("span").textContent = spoken(one.name);
  const back = document.createElement("button");
  Object.assign(back, { className: "back", textContent: "undo" });
  back.setAttribute("aria-label", `Undo ${spoken(one.name)}`);
  back.addEventListener("click", () => undo(one.name));
  box.querySelector("label").append(back);
  const help = document.createElement("span");
  Object.assign(help, { className: "help", id: `${id}-help` });
  help.textContent = `${one.meaning}${unit ? ` (${unit})` : ""}`;
  const note = document.createElement("span");
  note.className = "mark";
  box.append(input, help, note);
  return box;
}

function controls() {
  for (const box of document.querySelectorAll(".control")) {
    const one = parameters.get(box.dataset.name);
    const value = right_value(one.name, state.month + 1);
    const input = box.querySelector("input, select");
    if (document.activeElement !== input || input.tagName === "SELECT") input.value = String(value);
    box.querySelector("output").textContent = one.kind === "bool" ? (value ? "yes" : "no") : number(value);
    const own = one.name in state.values || state.events.some((e) => e.lever === one.name);
    box.classList.toggle("changed", own);
    box.querySelector(".mark").textContent = mark(one);
  }
}

function listed() {
  at("happened").replaceChildren(
    ...[...state.events]
      .sort((a, b) => a.month - b.month)
      .map((event) => {
        const item = document.createElement("li");
        item.textContent = `month ${event.month}: ${phrase(event)} `;
        const away = document.createElement("button");
        away.textContent = "remove";
        away.setAttribute("aria-label", `Remove ${phrase(event)}, month ${event.month}`);
        away.addEventListener("click", () => {
          state.events = state.events.filter((one) => one !== event);
          build();
          changed();
        });
        item.append(away);
        return item;
      }),
  );
}

function phrase(event) {
  if (event.type === "change") {
    const value = { true: "yes", false: "no" }[event.value] ?? number(event.value);
    return `${event.lever.replace(".", ": ").replaceAll("_", " ")} ${value}`;
  }
  const known = EVENTS.find(([, one]) => Object.entries(one).every(([k, v]) => event[k] === v));
  return (known?.[0] ?? event.type.replaceAll("_", " ")).toLowerCase();
}

// ----------------------------------------------------------------------------- pictures

/** Lay the organization out once: leaders as bars, level by level, and their teams below them. */
function layOut() {
  const decode = (text) => new Int32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const [boss, level] = [decode(told.organization.boss), decode(told.organization.level)];
  const people = boss.length;
  const below = Array.from({ length: people }, () => []);
  for (let i = 1; i < people; i++) below[boss[i]].push(i);
  const weight = new Float64Array(people).fill(0);
  for (let i = people - 1; i >= 0; i--) {
    if (!below[i].length) weight[i] = 1;
    if (i) weight[boss[i]] += weight[i];
  }
  const deep = Math.max(...level);
  const places = new Float32Array(people * 4);
  const bars = 0.11; // of the height, a level of leaders
  const line = (depth) => Math.min(depth, deep) * Math.min(bars, 0.55 / Math.max(deep, 1));
  const put = (i, x, y, w, h) => places.set([x, y, w, h], i * 4);
  const open = [[0, 0, 1]];
  put(0, 0, 0, 1, line(1));
  while (open.length) {
    const [leader, x, width] = open.pop();
    const leaders = below[leader].filter((i) => below[i].length);
    const others = below[leader].filter((i) => !below[i].length);
    const top = line(level[leader] + 1);
    let from = x;
    for (const i of leaders) {
      const w = (width * weight[i]) / weight[leader];
      put(i, from, top, w, line(level[i] + 1) - top);
      open.push([i, from, w]);
      from += w;
    }
    const w = x + width - from;
    const columns = Math.max(1, Math.min(others.length, Math.round(Math.sqrt((others.length * w * 2.2) / (1 - top)))));
    const rows = Math.ceil(others.length / columns);
    others.forEach((i, k) =>
      put(i, from + ((k % columns) * w) / columns, top + (Math.floor(k / columns) * (1 - top)) / rows, w / columns, (1 - top) / rows),
    );
  }
  return { people, places, deep };
}

function draw(canvas, world, other) {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
  if (canvas.width !== Math.round(width)) canvas.width = Math.round(width);
  if (canvas.height !== Math.round(height)) canvas.height = Math.round(height);
  const pen = canvas.getContext("2d");
  const { column, low, high, hue } = COLOURS[at("colour").value];
  const [values, occupied] = [world.column(column), world.column("seats.occupied")];
  const differs = other && other.column(column);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  const outlined = [];
  for (let i = 0; i < tree.people; i++) {
    const [x, y, w, h] = tree.places.subarray(i * 4, i * 4 + 4);
    const gap = w * width > 4 ? scale : w * width > 2 ? 0.4 * scale : 0;
    const box = [x * width, y * height, Math.max(w * width - gap, 0.6), Math.max(h * height - Math.min(scale, h * height * 0.25), 0.6)];
    const share = Math.max(0, Math.min(1, (Number(values[i]) - low) / (high - low)));
    pen.fillStyle = occupied[i] ? `hsl(${hue} 45% ${93 - 60 * share}%)` : "#ffffff";
    pen.fillRect(...box);
    if (!occupied[i]) {
      pen.strokeStyle = "#57606a";
      pen.lineWidth = 0.6 * scale;
      pen.strokeRect(...box);
      pen.beginPath();
      pen.moveTo(box[0], box[1] + box[3]);
      pen.lineTo(box[0] + box[2], box[1]);
      pen.stroke();
    }
    if (differs && Math.abs(Number(values[i]) - Number(differs[i])) > 0.1 * Math.abs(high - low))
      outlined.push(box);
  }
  pen.strokeStyle = RIGHT;
  pen.lineWidth = Math.max(1, 1.2 * scale);
  for (const [x, y, w, h] of outlined) if (w > 3 * scale) pen.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  if (outlined.length) {
    pen.fillStyle = RIGHT;
    for (const [x, y, w] of outlined) if (w <= 3 * scale) pen.fillRect(x, y, Math.max(w, 1), 2 * scale);
  }
}

/** How a measure is told: factor, unit, words. */
function unitOf(name) {
  const unit = told.measures.told[name].unit;
  return unit === "share" ? [100, "%", "points"] : [1, unit, unit];
}

const year = (self, ticks) => ticks.map((month) => `${month / 12} y`);
const axes = (unit) => [
  { values: year, incrs: [12, 24, 60], grid: { stroke: "#eaeef2" }, stroke: "#57606a" },
  { size: 48, grid: { stroke: "#eaeef2" }, stroke: "#57606a", values: (_, ticks) => ticks.map((v) => number(v)) },
];

/** Marks of events at their months, with words at the first of them. */
function marks(self) {
  const pen = self.ctx;
  const events = [...engine.scenario(state.scenario).events, ...state.events];
  const { left: x0, top, height, width } = self.bbox;
  pen.save();
  pen.font = `${11 * devicePixelRatio}px system-ui`;
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  pen.strokeStyle = pen.fillStyle = "#57606a";
  pen.setLineDash([3, 3]);
  let free = x0;
  for (const event of events.sort((a, b) => a.month - b.month)) {
    const x = self.valToPos(event.month, "x", true);
    if (x < x0 || x > x0 + width) continue;
    pen.beginPath();
    pen.moveTo(x, top);
    pen.lineTo(x, top + height);
    pen.stroke();
    const words = phrase(event);
    const wide = pen.measureText(words).width;
    const begin = Math.min(x + 4, x0 + width - wide);
    if (begin >= free) {
      pen.fillText(words, begin, top - 4 * devicePixelRatio);
      free = begin + wide + 8;
    }
  }
  pen.restore();
}

/** Names of lines at their ends. */
function ends(names) {
  return (self) => {
    const pen = self.ctx;
    pen.save();
    pen.font = `600 ${12 * devicePixelRatio}px system-ui`;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    const spots = names.map(([, colour], k) => {
      const values = self.data[k + 1];
      let last = -1;
      values.forEach((value, month) => value !== null && (last = month));
      return { y: last < 0 ? 0 : self.valToPos(values[last], "y", true), x: self.valToPos(Math.max(last, 0), "x", true), colour };
    });
    const near = spots.length > 1 && Math.abs(spots[0].y - spots[1].y) < 14 * devicePixelRatio;
    const upper = near && spots[0].y <= spots[1].y ? 0 : 1;
    spots.forEach((spot, k) => {
      pen.fillStyle = spot.colour;
      const wide = pen.measureText(names[k][0]).width;
      const { left: x0, width } = self.bbox;
      const shift = !near ? -6 : k === upper ? -8 : 16;
      pen.fillText(names[k][0], Math.min(spot.x + 4, x0 + width - wide), spot.y + shift * devicePixelRatio);
    });
    pen.restore();
  };
}

const plots = {};
function plot(id, series, bands, names) {
  const place = at(id);
  const options = {
    width: Math.max(place.clientWidth, 100),
    height: Math.max(place.clientHeight, 80),
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: false, range: [0, Math.max(12, right.months)] } },
    axes: axes(),
    series: [{}, ...series],
    bands,
    padding: [18, 20, 0, 0],
    hooks: { draw: [marks, ends(names)] },
  };
  plots[id]?.destroy();
  plots[id] = new uPlot(options, [[0]], place);
}

function curves() {
  const line = (stroke, more = {}) => ({ stroke, width: 2, points: { show: false }, ...more });
  plot("series", [line(LEFT), line(RIGHT, { dash: [6, 3] })], [], [["as it is", LEFT], ["as you change it", RIGHT]]);
  const edge = { stroke: "transparent", points: { show: false } };
  plot("difference", [line(RIGHT), edge, edge], [{ series: [3, 2], fill: "#b14a0026" }], [["difference", RIGHT]]);
}

// ------------------------------------------------------------------------------ what is shown

function show() {
  const name = at("measure").value;
  const [factor, unit, points] = unitOf(name);
  draw(at("left"), left, null);
  draw(at("right"), right, left);
  const months = Array.from({ length: right.months + 1 }, (_, month) => month);
  const scaled = (values) => months.map((m) => (m < values.length && Number.isFinite(values[m]) ? values[m] * factor : null));
  const [one, two] = [scaled(left.series(name)), scaled(right.series(name))];
  plots.series.setData([months, one, two]);
  const gap = months.map((m) => (one[m] === null || two[m] === null ? null : two[m] - one[m]));
  const shown = (values) => months.map((m) => (values && m <= state.month ? values[m] * factor : null));
  plots.difference.setData([months, gap, shown(band?.low), shown(band?.high)]);
  const words = told.measures.told[name].meaning;
  at("series-title").textContent = `${words[0].toUpperCase()}${words.slice(1)}${unit ? `, ${unit === "sd" ? "standard deviations" : unit}` : ""}`;
  const pairs = band ? `; band: nine tenths of ${band.pairs} of ${PAIRS} pairs` : "";
  at("difference-title").textContent = `Difference, ${points === "sd" ? "standard deviations" : points}${pairs}`;
  at("clock").textContent = `Month ${state.month} (year ${number(state.month / 12, 1)})`;
  at("when").value = Math.max(Number(at("when").value), state.month + 1);
  at("when").min = state.month + 1;
  for (const [id, world] of [["left", left], ["right", right]]) {
    const now = world.measures();
    at(`${id}-numbers`).innerHTML = "";
    for (const [what, value] of [
      ["practising", `${(100 * now.adoption).toFixed(0)} %`],
      ["engaged", `${(100 * now.engaged_share).toFixed(0)} %`],
      ["left this month", now.exits.toFixed(0)],
    ]) {
      const item = document.createElement("span");
      item.innerHTML = `${what} <b>${value}</b>`;
      at(`${id}-numbers`).append(item);
    }
    at(id).setAttribute("aria-label", `${id === "left" ? "As it is" : "As you change it"}: ${(100 * now.adoption).toFixed(0)} % practise, ${(100 * now.engaged_share).toFixed(0)} % are engaged`);
  }
  say(sentence());
  at("play").textContent = playing ? "Pause" : "Play";
}

function say(text) {
  if (at("sentence").textContent !== text) at("sentence").textContent = text;
}

/** What is happening and why, in one or two plain sentences. */
function sentence() {
  if (!state.events.length && !Object.keys(state.values).length)
    return "Both worlds are the same, to the last draw of luck. Move a control or let something happen, and press Play.";
  const [a, b] = [left.measures(), right.measures()];
  const gap = 100 * (b.adoption - a.adoption);
  const mood = b.engagement - a.engagement;
  const begun = state.events.filter((e) => e.month <= state.month);
  const first = Object.keys(state.values).length ? 0 : Math.min(...state.events.map((e) => e.month));
  if (state.month < first) return `Until month ${first} both worlds are the same; then ${phrase(state.events.find((e) => e.month === first))}.`;
  const size = Math.abs(gap) < 0.5 ? "as many people practise" : `${Math.abs(gap).toFixed(0)} points ${gap < 0 ? "fewer" : "more"} practise`;
  const since = begun.length ? `${state.month - begun.at(-1).month + 1} months after “${phrase(begun.at(-1))}” ` : "";
  const causes = [
    ["fewer people trust their leaders", a.credibility - b.credibility, 0.03],
    ["more people trust their leaders", b.credibility - a.credibility, 0.03],
    ["more have noticed that their boss is absent", b.absence_noticed - a.absence_noticed, 0.03],
    ["leaders do less", a.leader_action - b.leader_action, 0.03],
    ["leaders do more", b.leader_action - a.leader_action, 0.03],
    ["the programme has less to work with", a.infrastructure - b.infrastructure, 0.03],
    ["the programme has more to work with", b.infrastructure - a.infrastructure, 0.03],
    ["fewer mentoring leads are in post", (a.leads_in_post - b.leads_in_post) / 3, 0.1],
    ["more mentoring leads are in post", (b.leads_in_post - a.leads_in_post) / 3, 0.1],
  ].filter(([, by, least]) => by > least).sort((x, y) => y[1] - x[1]).slice(0, 2).map(([words]) => words);
  const why = causes.length ? ` There ${causes.join(", and ")}.` : "";
  const engaged = Math.abs(mood) < 0.02 ? "engagement is alike" : `engagement is ${Math.abs(mood).toFixed(2)} sd ${mood < 0 ? "lower" : "higher"}`;
  const clear = band && outside(band, state.month, gap / 100);
  const sure = at("measure").value === "adoption" && band ? (clear ? " Nearly all luck says so." : " Other luck could turn it round.") : "";
  const head = `${since}${size} in the world that you change, and ${engaged}.`;
  return `${head[0].toUpperCase()}${head.slice(1)}${why}${sure}`;
}

const outside = ({ low, high }, month) => low[month] > 0 || high[month] < 0;

// ------------------------------------------------------------------------- background pairs

/** Run more pairs of worlds, with other luck, beside the page: the band of the difference. */
function compare() {
  asked += 1;
  const mine = asked;
  clearTimeout(compare.later);
  workers.forEach((one) => one.terminate());
  workers = [];
  if (!state.events.length && !Object.keys(state.values).length) return;
  compare.later = setTimeout(() => {
    const found = [];
    const source = `${at("engine").textContent}
      onmessage = async ({ data: { told, state, name, pairs, first, by } }) => {
        const engine = await Engine.load(told);
        const scenario = engine.scenario(state.scenario);
        for (let replication = first; replication <= pairs; replication += by) {
          const luck = { scenario: state.scenario, seed: state.seed, replication };
          const left = engine.world(luck);
          const right = engine.world({ ...luck, parameters: state.values, events: [...scenario.events, ...state.events] });
          left.advance(left.months); right.advance(right.months);
          const [a, b] = [left.series(name), right.series(name)];
          postMessage(b.map((value, month) => value - a[month]));
          left.free(); right.free();
        }
      };`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const by = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1));
    for (let first = 1; first <= by; first++) {
      const worker = new Worker(address);
      worker.onmessage = ({ data }) => {
        if (mine !== asked) return;
        found.push(data);
        if (found.length % 5) return;
        band = { pairs: found.length, ...quantiles(found) };
        show();
      };
      worker.onerror = (error) => console.error(`a background pair failed: ${error.message}`);
      worker.postMessage({ told, state: structuredClone(state), name: at("measure").value, pairs: PAIRS, first, by });
      workers.push(worker);
    }
  }, 400);
}

function quantiles(found) {
  const [low, high] = [[], []];
  for (let month = 0; month < found[0].length; month++) {
    const sorted = found.map((one) => one[month]).filter(Number.isFinite).sort((a, b) => a - b);
    low.push(sorted[Math.floor(0.05 * (sorted.length - 1))] ?? null);
    high.push(sorted[Math.ceil(0.95 * (sorted.length - 1))] ?? null);
  }
  return { low, high };
}

// ----------------------------------------------------------------------- files, links, tables

const literal = (value) =>
  Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : typeof value === "string" ? JSON.stringify(value) : String(value);

/** The right world as a scenario file that the command line runs to the same numbers. */
function scenarioFile() {
  const base = engine.scenario(state.scenario);
  const lines = [
    "# Saved by the page of two worlds. An organization chart has to be named again:",
    '# [organization] chart = "people.csv"; seats in events are rows of it.',
    `extends = ${literal(base.name)}`,
    `title = ${literal(`${base.title || base.name}, changed`)}`,
  ];
  const groups = Map.groupBy(Object.entries(state.values), ([name]) => name.split(".")[0]);
  for (const [group, values] of groups) {
    lines.push("", `[${group}]`);
    for (const [name, value] of values) {
      const real = parameters.get(name).kind === "float" && Number.isInteger(value);
      lines.push(`${name.split(".")[1]} = ${real ? value.toFixed(1) : literal(value)}`);
    }
  }
  for (const event of [...base.events, ...state.events]) {
    lines.push("", "[[events]]");
    for (const [key, value] of Object.entries(event)) {
      const field = told.events.types[event.type].fields[key];
      const lever = key === "value" && parameters.get(event.lever);
      const real = (lever ? lever.kind : field?.kind) === "float" && Number.isInteger(value);
      if (value !== null) lines.push(`${key} = ${real ? value.toFixed(1) : literal(value)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Read a scenario file of this page's own making. */
function readFile(text) {
  const read = { values: {}, events: [] };
  let group = "", event = null;
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    const [, key, said] = line.match(/^(\w+)\s*=\s*(.+)$/) ?? [];
    if (line === "[[events]]") read.events.push((event = {}));
    else if (/^\[\w+\]$/.test(line)) [group, event] = [line.slice(1, -1), null];
    else if (!key) continue;
    else if (event) event[key] = JSON.parse(said);
    else if (group) read.values[`${group}.${key}`] = JSON.parse(said);
    else read[key] = JSON.parse(said);
  }
  const base = engine.scenario(read.extends);
  const own = base.events.map((one) => JSON.stringify(one));
  const kept = read.events.filter((one) => {
    const place = own.indexOf(JSON.stringify(one));
    if (place >= 0) own.splice(place, 1);
    return place < 0;
  });
  return { scenario: base.name, seed: state.seed, values: read.values, events: kept, month: 0 };
}

function take(found) {
  Object.assign(state, found);
  at("scenario").value = state.scenario;
  at("seed").value = state.seed;
  stop();
  left?.free();
  left = null;
  if (build()) titled();
  curves();
  changed();
}

function remember() {
  history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify({ ...state, month: 0 }))}`);
}

function table() {
  const name = at("measure").value;
  const [a, b] = [left.series(name), right.series(name)];
  const rows = [["month", "as it is", "as you change it", "difference"]];
  a.forEach((value, month) => rows.push([month, value, b[month], b[month] - value]));
  return rows;
}

function showTable() {
  const rows = table();
  const cells = (row, tag) => `<tr>${row.map((one) => `<${tag}>${number(one, 4)}</${tag}>`).join("")}</tr>`;
  at("rows").innerHTML = `<table><caption>${told.measures.told[at("measure").value].meaning}</caption>${cells(rows[0], "th")}${rows.slice(1).map((row) => cells(row, "td")).join("")}</table>`;
  at("table").showModal();
}

// --------------------------------------------------------------------------------- the tour

const TOUR = [
  ["Both worlds run on the same luck: the same people, the same draws. Whatever differs is what you have changed. Press Next.", () => take({ ...state, scenario: told.scenarios[0].name, values: {}, events: [], month: 0 })],
  ["Commitment, in talk and action. For three months leaders go on promising and do nothing. Guess: how many points of practice does that cost two years later? Then press Next.", () => go(24)],
  ["Here it is. Look at the difference and its band, and compare it with leaders who keep silent as well: remove the event and try the other button.", () => { at("when").value = 25; happen(EVENTS[2][1]); go(60); }],
  ["Presence. Leaders make no visits any more. Guess: who notices first, and when? Then press Next; people are coloured by how present their leaders seem to them.", () => { take({ ...state, values: {}, events: [], month: 12 }); go(12); }],
  ["Those whose own boss is absent notice within months, others hardly.", () => { at("colour").value = "presence felt"; set("presence.level", 0); go(24); }],
  ["Succession. The chief leaves in month 37, with no plan. Guess: is practice down a year later? Then press Next.", () => { at("colour").value = "practice"; take({ ...state, values: {}, events: [], month: 36 }); go(36); }],
  ["Try it with a plan (Succession, plan: yes), and see what difference remains. That was the tour: Escape closes it.", () => { at("when").value = 37; happen(EVENTS[0][1]); go(60); }],
];
let stop_at = 0;
function tour(step) {
  stop_at = step;
  const [words, act] = TOUR[step];
  act();
  at("tour").hidden = false;
  at("tour").innerHTML = `<p></p><button id="next"></button> <button id="end">Close</button>`;
  at("tour").firstChild.textContent = `${step + 1} of ${TOUR.length}. ${words}`;
  at("next").textContent = step + 1 < TOUR.length ? "Next" : "Done";
  at("next").addEventListener("click", () => (step + 1 < TOUR.length ? tour(step + 1) : endTour()));
  at("end").addEventListener("click", endTour);
  at("next").focus();
}
function endTour() {
  at("tour").hidden = true;
  at("tour-open").focus();
}

// ------------------------------------------------------------------------------------ begin

function play() {
  if (playing) return stop();
  if (state.month >= right.months) go(0);
  let last = performance.now();
  const tick = (now) => {
    if (!playing) return;
    if (now - last >= 1000 / Number(at("speed").value)) {
      last = now;
      go(state.month + 1);
    }
    if (playing) playing = requestAnimationFrame(tick);
  };
  playing = requestAnimationFrame(tick);
  show();
}

function stop() {
  if (playing) cancelAnimationFrame(playing);
  playing = null;
  at("play").textContent = "Play";
}

function titled() {
  const scenario = engine.scenario(state.scenario);
  at("title").textContent = scenario.question || scenario.title || scenario.name;
}

for (const one of told.scenarios) at("scenario").add(new Option(one.title || one.name, one.name));
for (const name of Object.keys(COLOURS)) at("colour").add(new Option(name));
for (const name of told.measures.names.filter((one) => told.measures.told[one].drawn || one === "engaged_share" || one === "exits"))
  at("measure").add(new Option(name.replaceAll("_", " "), name));
for (const [words, event] of EVENTS) {
  const button = document.createElement("button");
  button.textContent = words;
  button.addEventListener("click", () => happen(event));
  at("happen").append(button);
}
at("scenario").addEventListener("change", () => take({ ...state, scenario: at("scenario").value, values: {}, events: [], month: 0 }));
at("seed").addEventListener("change", () => take({ ...state, seed: Math.max(0, Math.floor(Number(at("seed").value) || 0)) }));
at("colour").addEventListener("change", show);
at("measure").addEventListener("change", () => { band = null; show(); compare(); });
at("play").addEventListener("click", play);
at("step").addEventListener("click", () => go(state.month + 1));
at("back").addEventListener("click", () => { stop(); go(state.month - 1); });
at("reset").addEventListener("click", () => { stop(); go(0); at("when").value = 1; controls(); show(); });
at("data").addEventListener("click", showTable);
at("close").addEventListener("click", () => at("table").close());
at("copy").addEventListener("click", () => navigator.clipboard.writeText(table().map((row) => row.join("\t")).join("\n")));
at("link").addEventListener("click", () => navigator.clipboard.writeText(location.href));
at("tour-open").addEventListener("click", () => tour(0));
at("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([scenarioFile()], { type: "text/plain" }));
  link.download = `${state.scenario}-changed.toml`;
  link.click();
});
at("open").addEventListener("click", () => at("file").click());
at("file").addEventListener("change", async () => {
  try {
    take(readFile(await at("file").files[0].text()));
  } catch (error) {
    say(error instanceof Refused ? error.message : "This is no scenario file that this page has saved.");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !at("tour").hidden) return endTour();
  if (/INPUT|SELECT|BUTTON|SUMMARY/.test(event.target.tagName) || event.ctrlKey || event.metaKey) return;
  const acts = { " ": play, ArrowRight: () => go(state.month + 1), ArrowLeft: () => go(state.month - 1) };
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
});
let resized;
new ResizeObserver(() => {
  clearTimeout(resized);
  resized = setTimeout(() => { curves(); show(); }, 100);
}).observe(document.querySelector("main"));

makeControls();
tree = layOut();
let begun = null;
try {
  begun = location.hash.length > 1 ? JSON.parse(decodeURIComponent(location.hash.slice(1))) : null;
} catch {
  say("The link is not whole: the page begins anew.");
}
take(begun && told.scenarios.some((one) => one.name === begun.scenario) ? begun : {});
const memory = () => engine.exports.memory.buffer.byteLength;
globalThis.page = { memory, state, worlds: () => [left, right], scenarioFile, readFile, take, go, set, happen };
document.body.dataset.ready = "yes";
