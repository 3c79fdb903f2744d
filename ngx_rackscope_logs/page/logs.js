// SPDX-License-Identifier: BSD-2-Clause

// The Logs page: connects the reader of the API, the store of the lines, and
// what shows them.

import { copyText, download, readApi, readSettings, saveSettings, signInAddress } from "./browser.js";
import { Chart } from "./chart.js";
import { Clearing } from "./clearing.js";
import { setUpDialogs } from "./dialogs.js";
import { applyFilter, compileFilter, countLevel, countLevels, isFiltering, noFilter } from "./filter.js";
import { ui } from "./dom.js";
import { Filters } from "./filters.js";
import { setUpKeys } from "./keys.js";
import { LogList } from "./list.js";
import { Reader } from "./reader.js";
import { RequestView } from "./request.js";
import { refreshTimes } from "./row.js";
import { Signals } from "./signals.js";
import { News, Problems, adviceFor, stateWords } from "./status.js";
import { Store, makeEntry } from "./store.js";
import { exportText, fileName, formatCount, formatNumber, lineText, stripAnsi, toText } from "./text.js";
import { clickValue, setUpMenu } from "./values.js";
import { setUpZones } from "./zones.js";

// New lines are collected for this many ms before they are shown, or for longer
// if showing them takes long.
const BATCH_TIME = 100;
const BATCH_TIME_MAX = 500;
// After this many ms in a hidden tab the stream is closed.
const HIDDEN_TIMEOUT = 300000;
// A click waits this many ms for a second click, which selects text.
const CLICK_DELAY = 250;

class LogsPage {
    constructor() {
        this.settings = readSettings();
        this.api = readApi(document.documentElement, location);
        this.view = {
            template: ui.rowTemplate.content.firstChild,
            time: this.settings.time,
            // what is marked
            phrases: [],
            pattern: null,
            room: 500,
            fold: true,
            now: () => Date.now(),
        };
        this.store = new Store();
        this.list = new LogList(ui.log, this.store, this.view);
        this.problems = new Problems(ui.problems);
        this.news = new News(ui.news);
        this.signals = new Signals(document);
        this.counts = countLevels([]);
        this.applied = compileFilter(noFilter());
        this.state = "";
        this.loaded = false;
        // the number of matching lines that the list does not show yet
        this.waiting = 0;
        this.timer = 0;
        // ms that the last flush() took
        this.cost = 0;

        this.store.onGone = (entry) => countLevel(this.counts, entry, -1);
        this.list.filter = this.applied;
        this.list.onHold = () => this.showHold();
        this.list.onShown = () => this.showCount();
        this.clearing = new Clearing(this);
        this.filters = new Filters(this);
        this.chart = new Chart(this);
        this.request = new RequestView(this);
    }

    start() {
        this.reader = new Reader({
            api: this.api.address,
            headers: () => this.api.headers(),
            online: () => navigator.onLine,
            fetch: (...args) => fetch(...args),
            now: () => Date.now(),
            random: Math.random,
            setTimeout: (...args) => setTimeout(...args),
            clearTimeout: (id) => clearTimeout(id),
            onRecord: (record) => this.add(makeEntry(record)),
            onMark: (kind, missed) => this.addMark(kind, missed),
            onClear: () => this.clearing.heard(),
            onSnapshot: () => this.snapshot(),
            onState: (state, problem) => this.showState(state, problem),
        });

        this.look();
        this.filters.apply();
        setUpZones(this);
        this.request.sync();
        this.reader.start();
        this.listen();
    }

    // Receiving.

    add(entry) {
        this.filters.learn(entry);
        applyFilter(this.applied, entry);
        countLevel(this.counts, entry, 1);
        this.store.add(entry);
        this.waiting += entry.match ? 1 : 0;

        if (this.loaded) {
            this.news.add(entry);
            this.signals.add(entry);
        }

        this.schedule();
    }

    addMark(kind, missed, by) {
        const last = this.store.items.at(-1)?.mark?.kind;

        if (kind !== "emptied" || (last !== "clear" && this.store.lines)) {
            this.store.addMark(kind, missed, by);
            this.schedule();
        }
    }

    snapshot() {
        this.loaded = true;
        this.flush();
        this.followLink();
    }

    schedule() {
        if (!this.timer) {
            this.timer = setTimeout(() => this.flush(),
                Math.min(BATCH_TIME_MAX, Math.max(BATCH_TIME, this.cost * 4)));
        }
    }

    flush() {
        const start = performance.now();

        clearTimeout(this.timer);
        this.timer = 0;
        this.filters.catchUp();
        this.request.update();

        if (this.list.held) {
            this.showHold();
        } else {
            this.waiting = 0;
            ui.older.hidden = !this.store.old.length;
            this.list.sync();
        }

        this.showCount();
        this.cost = performance.now() - start;
    }

    // Showing.

    filter(filter, newest) {
        this.list.turn(newest);
        this.applied = this.list.filter = filter;
        this.view.phrases = filter.phrases;
        this.view.pattern = filter.pattern;
        this.list.refilter();
        this.counts = countLevels(this.store.all());
        this.waiting = this.list.held ? this.store.after(this.list.mark)
            .filter((entry) => entry.match && !entry.mark).length : 0;
        this.showHold();
        this.showCount();
    }

    pause(paused) {
        if (paused) {
            this.flush();
            this.list.hold({ paused: true });
        } else {
            this.list.follow();
        }
    }

    refresh() {
        this.waiting = 0;
        this.list.refresh();

        if (this.state !== "live") {
            this.reader.wake();
        }
    }

    look() {
        const { wrap, theme, time, keys, colours, fold } = this.settings;

        document.documentElement.dataset.theme = theme;
        ui.log.classList.toggle("nowrap", !wrap);
        ui.log.classList.toggle("plain", !colours);
        ui.log.classList.toggle("relative", time === "relative");
        ui.wrap.setAttribute("aria-pressed", wrap);
        ui.fold.setAttribute("aria-pressed", fold);
        ui.theme.value = theme;
        ui.time.value = time;
        ui.singleKeys.checked = keys;
        ui.colours.checked = colours;
        this.view.time = time;
        this.view.fold = fold;
    }

    change(setting) {
        Object.assign(this.settings, setting);
        saveSettings(this.settings);
        this.list.keep(() => this.look());

        if ("time" in setting) {
            // it says what the times of terms mean
            if (!this.filters.apply()) {
                this.list.render();
            }
        } else if ("fold" in setting) {
            this.list.render();
        }
    }

    showState(state, problem) {
        this.state = state;
        this.problem = problem;

        const { signin } = document.documentElement.dataset;
        const advises = !["connecting", "live", "resting"].includes(state)
            && (state !== "reconnecting" || problem);

        if (advises) {
            this.problems.say("connection", adviceFor(state, problem),
                "Try again", () => this.reader.retry(),
                state === "signin" && signin
                    && (() => signInAddress(signin, location)));
        } else {
            this.problems.end("connection");
        }

        this.showStatus();
        this.showCount();
    }

    showStatus() {
        const status = ui.status;
        const text = stateWords(this.state, this.list.paused);

        if (status.textContent !== text) {
            status.textContent = text;
        }

        // said once: the button beside it often says the same
        status.classList.toggle("unseen", text === ui.pause.textContent);
        status.dataset.state = this.list.paused ? "" : this.state;
        ui.pause.dataset.state = this.state;
    }

    showHold() {
        const { held, paused } = this.list;
        const pill = ui.pill;
        const button = ui.pause;

        if (!held) {
            this.filters.catchUp();
            this.waiting = 0;
        }

        button.textContent = paused ? "Paused" : "Live";
        button.classList.toggle("off", paused);
        ui.refresh.hidden = !paused;
        pill.hidden = !held || !this.waiting;
        pill.textContent = this.waiting === 1 ? "1 new line"
            : `${this.waiting} new lines`;
        this.showStatus();
    }

    showCount() {
        this.chart.changed();

        const lines = this.list.lines();
        const total = this.store.lines;

        for (const [level, count] of Object.entries(this.counts)) {
            ui[`count-${level.toLowerCase() || "all"}`]
                .textContent = count;
        }

        const some = formatNumber(lines.length);
        const all = formatCount(total, "line");

        ui.count.textContent = isFiltering(this.applied)
            ? `${some} of ${all}` : formatCount(lines.length, "line");
        this.showHits(lines);
        this.showEmpty(lines.length);
    }

    showHits(lines) {
        const some = this.applied.searches && lines.length > 0;
        const at = some ? lines.indexOf(this.list.current) : -1;
        const number = this.list.newest ? lines.length - at : at + 1;

        ui.hits.textContent = !some ? "" : at < 0
            ? formatCount(lines.length, "hit") : `${number} of ${lines.length}`;
        ui.found.hidden = !some;
    }

    // An empty list says why it is empty.

    showEmpty(count) {
        const empty = ui.empty;
        const hidden = isFiltering(this.applied) && this.store.lines > 0;

        empty.hidden = count > 0 || (!this.loaded && !this.state);
        ui.reset.hidden = !hidden;
        ui.why.textContent = hidden ? "No line matches the filters."
            : this.loaded ? "No log lines yet. They appear here as they come."
                : this.state === "connecting" ? "Loading…"
                    : "Nothing is loaded.";
    }

    // Working with lines.

    hit(by, focus = true) {
        if (this.applied.searches) {
            this.go(this.list.findHit(by), focus);
        }
    }

    nextError(by) {
        this.go(this.list.find(by, (entry) => entry.rank >= 3, true), true);
    }

    go(entry, focus) {
        if (entry) {
            this.list.select(entry, { focus });
        }
    }

    // "keep" leaves the filters as they are: the line matches them.

    showInContext(entry, keep = false) {
        if (!this.list.paused) {
            this.pause(true);
        }

        if (isFiltering(this.applied) && !keep) {
            this.filters.reset();
        }

        this.list.select(entry, { block: "center" });
    }

    followLink() {
        const seq = Number(/^#L(\d+)$/.exec(location.hash)?.[1] ?? 0);
        const entry = this.list.base().find((line) => line.seq === seq);

        this.problems.end("link");

        if (!seq || !this.loaded || this.request.id) {
            return;
        }

        if (entry) {
            this.showInContext(entry, entry.match);
        } else {
            this.problems.tell("link",
                `Line ${seq} is no longer in the buffer.`);
        }
    }

    async act(action, entry) {
        const { origin, pathname, search } = location;
        const copies = {
            line: () => lineText(entry.record),
            json: () => JSON.stringify(entry.record, null, 2),
            traceback: () => stripAnsi(toText(entry.record.exception)),
            link: () => `${origin}${pathname}${search}#L${entry.seq}`,
        };

        if (action === "request") {
            this.request.openOf(entry);
        } else if (action === "context") {
            this.showInContext(entry);
        } else if (action === "repeats") {
            this.list.toggleRun(entry.run, !entry.run.open);
        } else if (await copyText(copies[action]())) {
            this.problems.end("copy");
            this.news.say("Copied");
        } else {
            this.problems.tell("copy", "The browser did not allow copying.");
        }
    }

    exportLines() {
        const format = ui.format.value;

        this.filters.flush();

        const records = this.list.lines().map((entry) => entry.record);

        download(fileName(new Date(), format), exportText(records, format));
    }

    wipe() {
        this.store.clear();
        this.store.addMark("clear");
        this.waiting = 0;

        if (this.list.held) {
            this.list.refresh();
        }

        this.flush();
    }

    // Begins anew, with another API.

    restart() {
        this.loaded = false;
        this.clearing.end();
        this.request.empty();
        this.store.clear();
        this.list.follow();
        this.list.prune(0);
        this.flush();
        this.reader.use(this.api.address);
    }

    // Controls and events.

    listen() {
        const on = (id, type, task) =>
            ui[id].addEventListener(type, task);

        on("pause", "click", () => this.pause(!this.list.paused));
        on("refresh", "click", () => this.refresh());
        on("pill", "click", () => {
            this.list.follow();
            ui.log.focus({ preventScroll: true });
        });
        on("wrap", "click", () => this.change({ wrap: !this.settings.wrap }));
        on("fold", "click", () => this.change({ fold: !this.settings.fold }));
        on("time", "change", (event) =>
            this.change({ time: event.target.value }));
        on("theme", "change", (event) =>
            this.change({ theme: event.target.value }));
        on("colours", "change", (event) =>
            this.change({ colours: event.target.checked }));
        on("export", "click", () => this.exportLines());
        on("previousHit", "click", () => this.hit(-1, false));
        on("nextHit", "click", () => this.hit(1, false));
        on("rows", "click", (event) => this.clicked(event));
        on("options", "click", ({ target }) => {
            const open = document.body.classList.toggle("options");
            target.setAttribute("aria-expanded", open);
        });

        setUpDialogs({
            onClear: () => this.clearing.ask(),
            onKeys: (keys) => this.change({ keys }),
        });
        setUpKeys(this);
        setUpMenu();
        this.listenOutside();
        setInterval(() => {
            if (this.view.time === "relative" && !document.hidden) {
                refreshTimes(this.list.shown, this.view);
            }
        }, 5000);
    }

    // A click on a line shows or hides its details. Dragging and double clicks
    // select text.

    clicked(event) {
        const { target, detail } = event;
        const entry = target.closest(".row")?.entry;
        const button = target.closest("button");

        clearTimeout(this.click);

        if (!entry) {
            return;
        }

        if (clickValue(this, entry, event)) {
            return;
        }

        if (button?.dataset.action) {
            this.act(button.dataset.action, entry);
        } else if (button) {
            this.open(entry);
        } else if (detail === 1 && !target.closest(".details")) {
            this.click = setTimeout(() => {
                if (getSelection().isCollapsed) {
                    this.open(entry);
                }
            }, CLICK_DELAY);
        }
    }

    open(entry) {
        const focus = entry.row.contains(document.activeElement);

        this.list.toggle(entry);
        this.list.select(entry, { focus, stay: false });
    }

    listenOutside() {
        let hidden = 0;

        const look = () => {
            clearTimeout(hidden);

            if (document.hidden) {
                hidden = setTimeout(() => this.reader.rest(), HIDDEN_TIMEOUT);
            } else {
                this.signals.end();
                this.reader.wake();
                this.flush();
            }
        };

        document.addEventListener("visibilitychange", look);
        addEventListener("pageshow", (event) => event.persisted && look());
        addEventListener("online", () => this.reader.wake(false));
        addEventListener("offline", () => this.reader.offline());
        addEventListener("hashchange", () => this.followLink());
        addEventListener("storage", (event) => {
            if (event.key === this.api.key) {
                this.reader.wake();
            }
        });
        document.addEventListener("selectionchange", () => {
            const selection = getSelection();

            if (!selection.isCollapsed
                && ui.rows.contains(selection.anchorNode)) {
                this.list.stay();
            }
        });

        if (document.hidden) {
            look();
        }
    }
}

new LogsPage().start();
