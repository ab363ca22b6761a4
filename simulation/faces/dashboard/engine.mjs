/* The model's engine in a browser or in Node: worlds that are the same to the bit as Python's.

   A document (export.py) tells all layouts; the WebAssembly module does the months. A world is one
   block of the module's memory, laid out as Python's State is: a table of addresses and shapes,
   then every part. */

const WORD = 8;
const ALIGNED = 16;
const PAGE = 65536;
const ITEM = { numbers: 8, counts: 4, codes: 8 };

/** What a person may not ask for, in one sentence. */
export class Refused extends Error {}

const bytesOf = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const aligned = (size) => Math.ceil(size / ALIGNED) * ALIGNED;

async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Blocks of the module's memory: given back ones are used again, so that memory stays flat. */
class Heap {
  constructor(memory, base) {
    this.memory = memory;
    this.end = aligned(base);
    this.free = new Map();
  }

  take(size) {
    const kept = this.free.get(size);
    if (kept?.length) return kept.pop();
    const begin = this.end;
    this.end += size;
    const lacking = this.end - this.memory.buffer.byteLength;
    if (lacking > 0) this.memory.grow(Math.ceil(lacking / PAGE));
    return begin;
  }

  give(begin, size) {
    if (!this.free.has(size)) this.free.set(size, []);
    this.free.get(size).push(begin);
  }
}

export class Engine {
  /** Return the engine of a document. */
  static async load(document) {
    const { instance } = await WebAssembly.instantiate(await unpacked(bytesOf(document.engine)), {});
    return new Engine(document, instance.exports);
  }

  constructor(document, exports) {
    this.document = document;
    this.exports = exports;
    this.heap = new Heap(exports.memory, exports.__heap_base.value);
    this.answer = this.heap.take(64);
    this.parameters = new Map(document.parameters.map((one) => [one.name, one]));
    this.initial = new Map();
    for (const part of document.state) {
      if (typeof part.data === "string") this.initial.set(part.name, bytesOf(part.data));
      for (const [column, text] of Object.entries(part.kind === "table" ? part.data : {}))
        this.initial.set(`${part.name}.${column}`, bytesOf(text));
    }
  }

  /** Return a scenario of the document by its name. */
  scenario(name) {
    const found = this.document.scenarios.find((one) => one.name === name);
    if (!found) throw new Refused(`there is no scenario '${name}'`);
    return found;
  }

  /** Return a parameter's number as the engine reads it, in a run of so many steps a month. */
  reading(name, value, steps) {
    const one = this.parameters.get(name);
    if (!one || one.place === null) throw new Refused(`there is no parameter '${name}' to set`);
    if (one.choices.length) {
      if (!one.choices.includes(value))
        throw new Refused(`${name} is one of ${one.choices.join(", ")}, not '${value}'`);
      return one.choices.indexOf(value);
    }
    const number = Number(value);
    if (!Number.isFinite(number) || (one.kind === "int" && !Number.isInteger(number)))
      throw new Refused(`${name} must be a ${one.kind === "int" ? "whole " : ""}number`);
    if ((one.low !== null && number < one.low) || (one.high !== null && number > one.high))
      throw new Refused(`${name} is from ${one.low} to ${one.high}, not ${number}`);
    const step = 1 / steps;
    switch (one.per_step) {
      case null:
        return number;
      case "per year":
        return (number * step) / 12;
      case "per month":
        return number * step;
      case "share per month":
      case "probability per month":
        return 1 - (1 - number) ** step;
      case "persistence per month":
        return number ** step;
      case "per root month":
        return number * Math.sqrt(step);
      case "months":
        return number / step;
      default:
        throw new Error(`the engine does not know the unit '${one.per_step}'`);
    }
  }

  /** Return events as the engine reads them: one row of numbers each, in order of month. */
  encoded(events, steps) {
    const { fields, types } = this.document.events;
    const kinds = Object.keys(types);
    const rows = new Float64Array(events.length * fields.length);
    const sorted = events.map((event, at) => [event, at]);
    sorted.sort(([a, i], [b, j]) => a.month - b.month || i - j);
    sorted.forEach(([event], at) => {
      const row = rows.subarray(at * fields.length, (at + 1) * fields.length);
      const put = (name, value) => (row[fields.indexOf(name)] = value);
      if (!kinds.includes(event.type)) throw new Refused(`there is no event '${event.type}'`);
      const own = types[event.type].fields;
      for (const name of Object.keys(event))
        if (name !== "type" && name !== "month" && !(name in own))
          throw new Refused(`an event '${event.type}' has no '${name}'`);
      for (const name of ["level", "branch", "seat"]) put(name, -1);
      put("step", Math.max(event.month - 1, 0) * steps + 1);
      put("kind", kinds.indexOf(event.type));
      for (const [name, field] of Object.entries(own)) {
        const value = name in event ? event[name] : field.default;
        if (event[name] === undefined && field.required)
          throw new Refused(`an event '${event.type}' needs '${name}'`);
        if (name === "seat") put(name, value === "" ? -1 : Number(value));
        else if (name === "lever") put(name, this.parameters.get(value)?.place ?? NaN);
        else if (name === "value") put(name, this.reading(event.lever, value, steps));
        else put(name, numberOf(event.type, name, field, value, steps));
      }
    });
    return rows;
  }

  /** Return a new world; what is not said is as the scenario has it.

      asked: {scenario, parameters, events, seed, replication, months} */
  world(asked = {}) {
    return new World(this, asked);
  }

  /** Return the key of a run's luck, as the engine makes it of seed and replication. */
  key(seed, replication) {
    this.exports.key(this.answer, this.answer + 16, BigInt(seed), BigInt(replication));
    return new DataView(this.exports.memory.buffer).getBigInt64(this.answer, true);
  }
}

function numberOf(type, name, field, value, steps) {
  if (value === null) return NaN;
  if (field.choices.length) {
    if (!field.choices.includes(value))
      throw new Refused(`${type}: ${name} is one of ${field.choices.join(", ")}, not '${value}'`);
    return field.choices.indexOf(value);
  }
  const number = Number(value);
  const low = field.low !== null && (field.above_low ? number <= field.low : number < field.low);
  if (!Number.isFinite(number) || low || (field.high !== null && number > field.high))
    throw new Refused(`${type}: ${name} is from ${field.low} to ${field.high}, not ${value}`);
  return field.months ? number * steps : number;
}

/** One run: months that have been, and what happens in those to come. */
export class World {
  constructor(engine, asked) {
    const scenario = engine.scenario(asked.scenario ?? engine.document.scenarios[0].name);
    this.engine = engine;
    this.values = { ...scenario.values, ...asked.parameters };
    for (const name of Object.keys(asked.parameters ?? {}))
      if (!engine.parameters.has(name)) throw new Refused(`there is no parameter '${name}'`);
    this.steps = scenario.steps;
    this.events = [...(asked.events ?? scenario.events)];
    this.seed = asked.seed ?? 0;
    this.replication = asked.replication ?? 0;
    this.months = asked.months ?? scenario.months;
    this.month = -1;
    this.key = engine.key(this.seed, this.replication);
    this.leads = leadsOf(this.values, this.events);
    this._layOut();
    this._fill();
    this._encode();
    this.advance(0);
  }

  /** Say where every part is, as offsets from the block's begin. */
  _layOut() {
    const { state, organization, measures, by_level: byLevel } = this.engine.document;
    const sizes = { leads: this.leads, posts: organization.leaders + this.leads + 1 };
    const lengths = { thresholds: this.values["adoption.thresholds"].length };
    this.words = []; // [number, whether it is an offset]
    this.columns = new Map();
    this.parts = new Map();
    let place = 0;
    const reserve = (bytes) => {
      const begin = place;
      place = aligned(place + bytes);
      return begin;
    };
    const places = [];
    for (const part of state) {
      if (part.kind === "table") {
        const size = sizes[part.size] ?? part.size;
        for (const [group, names] of Object.entries(part.columns)) {
          const begin = reserve(names.length * size * ITEM[group]);
          names.forEach((name, row) =>
            this.columns.set(`${part.name}.${name}`, {
              group,
              size,
              begin: begin + row * size * ITEM[group],
            }),
          );
          this.parts.set(`${part.name}.${group}`, begin);
          places.push([begin, true]);
        }
        places.push([size, false]);
      } else {
        const shape = (part.shape ?? []).map((n) => sizes[n] ?? n);
        if (part.name in lengths) shape[0] = lengths[part.name];
        const bytes = shape.reduce((a, b) => a * b, 1) * part.bytes;
        this.parts.set(part.name, reserve(bytes));
        places.push([this.parts.get(part.name), true], ...shape.map((n) => [n, false]));
      }
    }
    this.words = places;
    this.addresses = reserve(places.length * WORD);
    this.table = reserve((this.months + 1) * measures.bytes);
    this.levels = reserve((this.months + 1) * organization.levels * byLevel.bytes);
    this.size = place;
    this.begin = this.engine.heap.take(this.size);
  }

  _bytes() {
    return new Uint8Array(this.engine.exports.memory.buffer, this.begin, this.size);
  }

  _numbers(offset, count) {
    return new Float64Array(this.engine.exports.memory.buffer, this.begin + offset, count);
  }

  /** Write what is in the parts before month 0. */
  _fill() {
    const { document, initial } = this.engine;
    const bytes = this._bytes();
    bytes.fill(0);
    for (const part of document.state) {
      const begin = this.parts.get(part.name);
      if (part.kind === "table") {
        for (const column of Object.keys(part.data))
          bytes.set(
            initial.get(`${part.name}.${column}`),
            this.columns.get(`${part.name}.${column}`).begin,
          );
      } else if (part.fill !== undefined) {
        const count = part.shape.reduce((a, b) => a * b, 1);
        new Int32Array(bytes.buffer, this.begin + begin, count).fill(part.fill);
      } else if (initial.has(part.name)) {
        bytes.set(initial.get(part.name), begin);
      }
    }
    const record = this._numbers(this.parts.get("settings"), document.record);
    [record[0], record[1]] = [1 / this.steps, this.steps];
    for (const [name, value] of Object.entries(this.values)) {
      const place = this.engine.parameters.get(name).place;
      if (place !== null) record[place] = this.engine.reading(name, value, this.steps);
    }
    const thresholds = this.values["adoption.thresholds"];
    this._numbers(this.parts.get("thresholds"), thresholds.length).set(thresholds);
    const occasions = document.state.find((part) => part.name === "resets").columns.numbers;
    const size = this.columns.get(`resets.${occasions[0]}`).size;
    const resets = this._numbers(this.parts.get("resets.numbers"), occasions.length * size);
    for (const [row, occasion, place] of document.resets) resets[row * size + occasion] = record[place];
    this._address();
  }

  /** Write where the parts are in memory. */
  _address() {
    const view = new DataView(this.engine.exports.memory.buffer);
    this.words.forEach(([number, offset], at) =>
      view.setBigInt64(
        this.begin + this.addresses + at * WORD,
        BigInt(offset ? this.begin + number : number),
        true,
      ),
    );
  }

  _encode() {
    const rows = this.engine.encoded(this.events, this.steps);
    const size = Math.max(ALIGNED, aligned(rows.byteLength));
    if (this.eventBlock) this.engine.heap.give(...this.eventBlock);
    this.eventBlock = [this.engine.heap.take(size), size];
    new Float64Array(this.engine.exports.memory.buffer, this.eventBlock[0], rows.length).set(rows);
  }

  /** Run the months up to one (default: the next); return the world. */
  advance(month = this.month + 1) {
    if (month > this.months) throw new Refused(`the world ends with month ${this.months}`);
    if (month <= this.month) return this;
    const { document, exports, answer } = this.engine;
    const { measures, by_level: byLevel, organization, events } = document;
    const item = events.fields.length * WORD;
    const [rows, levels] = [this.months + 1, organization.levels];
    const array = (at, bytes, ...shape) => {
      const strides = shape.map((_, k) => shape.slice(k + 1).reduce((a, b) => a * b, bytes));
      const count = shape.reduce((a, b) => a * b, 1);
      return [0, 0, BigInt(count), BigInt(bytes), at, ...[...shape, ...strides].map(BigInt)];
    };
    const failed = exports.run(
      answer,
      answer + 16,
      this.begin + this.addresses,
      this.begin + this.parts.get("settings"),
      ...array(this.eventBlock[0], item, this.events.length),
      this.key,
      BigInt(this.month + 1),
      BigInt(month),
      ...array(this.begin + this.table, measures.bytes, rows),
      ...array(this.begin + this.levels, byLevel.bytes, rows, levels),
      1n,
      0n,
    );
    if (failed) throw new Error(`the engine stopped with ${failed}`);
    this.month = month;
    return this;
  }

  /** Return the measures of a month by name, those by level included. */
  measures(month = this.month) {
    const { measures, by_level: byLevel, organization } = this.engine.document;
    const row = this._numbers(this.table + month * measures.bytes, measures.names.length);
    const told = Object.fromEntries(measures.names.map((name, at) => [name, row[at]]));
    const count = byLevel.names.length;
    const begin = this.levels + month * organization.levels * byLevel.bytes;
    const table = this._numbers(begin, organization.levels * count);
    byLevel.names.forEach((name, at) => {
      for (let level = 0; level < organization.levels; level++)
        told[`${name}_level_${level}`] = table[level * count + at];
    });
    return told;
  }

  /** Return a measure in all months so far. */
  series(name) {
    const { measures } = this.engine.document;
    const at = measures.names.indexOf(name);
    if (at < 0) throw new Refused(`there is no measure '${name}'`);
    const width = measures.bytes / WORD;
    const table = this._numbers(this.table, (this.month + 1) * width);
    return Float64Array.from({ length: this.month + 1 }, (_, month) => table[month * width + at]);
  }

  /** Return a copy of a column, "people.engagement" say: a number a row. */
  column(name) {
    const column = this.columns.get(name);
    if (!column) throw new Refused(`there is no column '${name}'`);
    const { buffer } = this.engine.exports.memory;
    const kind = { numbers: Float64Array, counts: Int32Array, codes: BigUint64Array }[column.group];
    return new kind(buffer, this.begin + column.begin, column.size).slice();
  }

  /** Let an event happen at the start of the next month, or of a later one; return it. */
  happen(event) {
    const told = { month: this.month + 1, ...event };
    if (!Number.isInteger(told.month) || told.month <= this.month)
      throw new Refused(`month ${told.month} is over: the next is ${this.month + 1}`);
    const together = [...this.events, told];
    if (leadsOf(this.values, together) > this.leads)
      throw new Refused(`this world has room for ${this.leads} mentoring leads`);
    this.engine.encoded(together, this.steps); // refused before anything has changed
    this.events = together;
    this._encode();
    return told;
  }

  /** Set a lever to a value from the next month on. */
  change(lever, value) {
    const one = this.engine.parameters.get(lever);
    if (!one) throw new Refused(`there is no parameter '${lever}'`);
    if (one.role !== "lever" || one.acts === "start")
      throw new Refused(`${lever} cannot be changed on the way: begin again with it`);
    return this.happen({ type: "change", lever, value });
  }

  /** Return another world that goes on from here with the same luck. */
  twin() {
    const other = Object.create(World.prototype);
    Object.assign(other, this, { values: { ...this.values }, events: [...this.events] });
    other.begin = this.engine.heap.take(this.size);
    other._bytes().set(this._bytes());
    other._address();
    other.eventBlock = null;
    other._encode();
    return other;
  }

  /** Give the memory back; the world is of no use after it. */
  free() {
    this.engine.heap.give(this.begin, this.size);
    this.engine.heap.give(...this.eventBlock);
  }
}

/** Return how many posts of mentoring leads there will ever be. */
function leadsOf(values, events) {
  const later = events.filter((one) => one.type === "change" && one.lever === "succession.leads");
  return Math.max(values["succession.leads"], ...later.map((one) => Number(one.value)));
}
