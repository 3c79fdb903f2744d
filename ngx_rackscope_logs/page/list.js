// SPDX-License-Identifier: BSD-2-Clause

// The list of lines. There is a row in the document for each line that matches,
// or for each run of repeats: the rows of the newest lines are built first, the
// others when there is time.
// While somebody reads, nothing above the place where they read moves or
// disappears.

import { ui } from "./dom.js";
import { applyFilter } from "./filter.js";
import { buildDetails } from "./details.js";
import { foldLines, isFolded, repeats } from "./repeats.js";
import { buildRow, dayOf, dayText, make, messageRoom, showRun } from "./row.js";

// This many rows are built at once around the place that is shown, and this many
// for new lines. The others are built later.
const ROWS_AROUND = 80;
const NEW_ROWS = 60;
// When it must be quick, only these are: those that the list has room for, as no
// row is less high than this many px, and some more.
const ROW_HEIGHT = 24;
const SPARE_ROWS = 4;
// Rows of lines that are no longer held are removed when there are this many,
const REMOVED_ROWS = 200;
// or when no line has come for this many ms.
const REMOVE_DELAY = 500;
// The other rows are built in steps that take no longer than this many ms. The
// first begins so late that the browser paints before,
const BUILD_TIME = 12;
const BUILD_DELAY = 100;
// or after this many ms while many lines come or somebody may be typing a
// filter: those rows will hardly be seen.
const BUSY_BUILD_DELAY = 300;
// The next step begins this many ms after the last.
const STEP_DELAY = 16;
// A list that is scrolled to within this many px of its edge is at the edge.
const EDGE_WIDTH = 8;

// The entry for which test() is true and that is the next of this one, by 1 or
// -1, or null; with "around" the first comes after the last.

function seek(entries, at, by, test, around) {
    for (let n = 0; n < entries.length; n++) {
        at += by;

        if (around) {
            at = (at + entries.length) % entries.length;
        }

        const entry = entries[at];

        if (entry && !entry.mark && test(entry)) {
            return entry;
        }
    }

    return null;
}

export class LogList {
    // "view" says what rows look like. onHold() is called when the list begins
    // or ceases to be held, onShown() when other lines are shown.
    //
    // A list that is held does not change: it is paused, or its reader has
    // scrolled away from the newest line. Otherwise it follows the newest line.

    constructor(element, store, view) {
        this.element = element;
        this.rows = ui.rows;
        this.store = store;
        this.view = view;
        this.filter = null;
        // the newest line is at the top
        this.newest = false;
        this.paused = false;
        this.away = false;
        // the lines of the list while it is held, else null
        this.frozen = null;
        // the index of the last line that the list has taken from the store
        this.mark = 0;
        // the lines and marks that match, and those of them that have a row,
        // whether it is built or not
        this.matching = [];
        this.shown = [];
        this.current = null;
        // the last scroll position
        this.top = 0;
        // the place of the list on the page, and how many rows may be seen
        this.y = 0;
        this.room = 60;
        this.filling = 0;
        // many lines have come with the last batch
        this.many = false;
        this.pruning = 0;
        this.onHold = () => {};
        this.onShown = () => {};

        this.same = (a, b) => view.fold && repeats(a, b)
            && dayOf(a, view) === dayOf(b, view);
        this.stays = (entry) => entry.open || entry === this.current;

        element.addEventListener("scroll", () => this.scrolled(),
            { passive: true });
        // what a reader unfolds may fill a list that was not full
        element.addEventListener("click", ({ target }) =>
            target.matches("summary")
                && requestAnimationFrame(() => this.stay()));
        new ResizeObserver(() => this.resized()).observe(element);
    }

    get held() {
        return this.frozen !== null;
    }

    // The lines, shown or not, that the list is made of.

    base() {
        return this.frozen ?? this.store.all();
    }

    lines() {
        return this.matching.filter((entry) => !entry.mark && !entry.gone);
    }

    hold({ paused = this.paused, away = this.away }) {
        const before = this.held;

        this.paused = paused;
        this.away = away;

        if (!before && (paused || away)) {
            this.frozen = this.store.all()
                .filter((entry) => entry.index <= this.mark);
        } else if (before && !paused && !away) {
            this.frozen = null;
            this.sync();
            this.pin();
        }

        this.onHold();
    }

    // To the newest line, and on with each that comes.

    follow() {
        this.hold({ paused: false, away: false });
        this.pin();
    }

    // Shows what came while the list was held, and leaves it held.

    refresh() {
        this.frozen = this.store.all();
        this.mark = this.store.last;
        this.away = false;
        this.render(null);
        this.edge();
        this.onHold();
    }

    // Adds the new lines and removes those that the store no longer holds.

    sync() {
        if (this.held) {
            return;
        }

        const fresh = this.store.after(this.mark)
            .filter((entry) => entry.match);

        this.mark = this.store.last;
        this.prune();

        const from = this.shown.length;

        this.append(fresh);

        const added = this.shown.length - from;
        const rows = this.many ? this.room : NEW_ROWS;
        const many = added > rows;

        if (added) {
            this.build(Math.max(from, this.shown.length - rows),
                this.shown.length);

            // marks say what was lost, and are never left for later
            for (let i = from; i < this.shown.length; i++) {
                if (this.shown[i].mark && !this.shown[i].row) {
                    this.insert(i);
                }
            }
        }

        // the second large batch in a row
        if (many && this.many) {
            this.stopFilling();
            this.fillLater(true, BUSY_BUILD_DELAY);
        }

        this.fillLater(many);
        this.many = many;
        this.pin();
        this.onShown();
    }

    // They are folded together with the last run, which they may belong to.

    append(entries) {
        const last = this.matching.at(-1);
        const part = last ? last.run?.lines ?? [last] : [];

        this.shown.length -= last?.run?.open ? part.length : part.length && 1;
        this.shown.push(...foldLines([...part, ...entries], this.same,
            this.stays));
        this.matching.push(...entries);
        this.showRun(part[0]?.run);
    }

    // Shows how long a run is now, if its row is built.

    showRun(run) {
        const first = run?.lines[0];

        if (first?.row) {
            showRun(first.row, first, this.view);

            if (first === this.current) {
                this.markCurrent(true);
            }
        }
    }

    // When rows are removed, all rows below them move. So they are removed many
    // at a time, or when no new lines come.

    prune(least = REMOVED_ROWS) {
        const gone = this.matching.filter((entry) => entry.gone);

        clearTimeout(this.pruning);

        if (!gone.length) {
            return;
        }

        if (gone.length < least) {
            this.pruning = setTimeout(() => {
                if (!this.held) {
                    this.prune(0);
                    this.pin();
                    this.onShown();
                }
            }, REMOVE_DELAY);
            return;
        }

        const focused = this.rows.contains(document.activeElement);

        if (this.current?.gone) {
            this.current = null;
        }

        this.matching = this.matching.filter((entry) => !entry.gone);
        this.refold();

        if (focused && !this.rows.contains(document.activeElement)) {
            this.element.focus({ preventScroll: true });
        }
    }

    // The first line of a run may be gone, and lines may be neighbours now that
    // were none.

    refold() {
        const before = new Set(this.shown);

        this.shown = foldLines(this.matching, this.same, this.stays);

        for (const entry of before) {
            if (entry.gone || isFolded(entry)) {
                this.remove(entry);
            }
        }

        for (const [i, entry] of this.shown.entries()) {
            if (!before.has(entry)) {
                this.insert(i);
            } else if (entry.run?.lines[0] === entry) {
                this.showRun(entry.run);
            }
        }

        this.day(0);
    }

    remove(entry) {
        entry.row?.remove();
        entry.day?.remove();
        entry.row = entry.day = null;
    }

    // Builds the list anew for another filter, order or look. The line that is
    // being read stays where it is.

    render(around = this.reading(), rows = ROWS_AROUND) {
        const place = around && this.place(around);
        const base = this.base();

        for (const entry of this.shown) {
            entry.row = entry.day = null;
        }

        this.rows.replaceChildren();
        this.matching = base.filter((entry) => entry.match);
        this.shown = foldLines(this.matching, this.same, this.stays);
        this.mark = this.held ? this.mark : this.store.last;

        const at = place ? this.nearest(around) : this.shown.length;
        const from = Math.max(0, Math.min(at + rows / 2, this.shown.length)
            - rows);

        this.build(from, Math.min(from + rows, this.shown.length));

        if (place && this.shown[at]) {
            this.scroll(this.shown[at].row.offsetTop - place.offset);
        } else {
            this.edge();
        }

        if (this.current) {
            this.current = this.current.match ? this.current : null;
            this.markCurrent(true);
        }

        this.fillLater(true, BUSY_BUILD_DELAY);
        this.onShown();
    }

    turn(newest) {
        this.newest = newest;
        ui.rows[newest ? "after" : "before"](ui.older);
    }

    refilter() {
        const reading = this.reading();

        for (const entry of new Set([...this.store.all(), ...this.base()])) {
            applyFilter(this.filter, entry);
        }

        this.render(reading, reading ? 2 * this.room : this.room);
    }

    // Builds the rows of shown[from … to - 1] that are missing.

    build(from, to) {
        for (let i = to - 1; i >= from; i--) {
            if (!this.shown[i].row) {
                this.insert(i);
            }
        }
    }

    insert(i) {
        const entry = this.shown[i];
        let next = i + 1;

        while (next < this.shown.length && !this.shown[next].row) {
            next++;
        }

        const later = this.shown[next]?.row;

        entry.row = buildRow(entry, this.view);
        entry.row.entry = entry;

        if (this.newest) {
            if (later) {
                later.after(entry.row);
            } else {
                this.rows.prepend(entry.row);
            }
        } else {
            this.rows.insertBefore(entry.row,
                this.shown[next]?.day ?? later ?? null);
        }

        if (entry.open) {
            this.open(entry);
        }

        this.day(i);
        this.day(this.newest ? i - 1 : i + 1);
    }

    // A line has its date above it if its day is not that of the line above.
    // The first line has one if its day is not today.

    day(i) {
        const entry = this.shown[i];
        const row = entry?.row;

        if (!row || entry.mark) {
            return;
        }

        const day = dayOf(entry, this.view);
        const step = this.newest ? 1 : -1;
        let above = i + step;

        while (this.shown[above]?.mark) {
            above += step;
        }

        const before = this.shown[above]
            ? dayOf(this.shown[above], this.view)
            : dayOf({ time: this.view.now() }, this.view);
        const wanted = day !== null && before !== null && day !== before;

        if (wanted && !entry.day) {
            entry.day = make("p", "day", dayText(entry, this.view));
            entry.day.entry = entry;
            row.before(entry.day);
        } else if (!wanted && entry.day) {
            entry.day.remove();
            entry.day = null;
        }
    }

    // Builds the missing rows, the newest first, in steps between which the
    // browser can paint.

    fillLater(needed, delay = BUILD_DELAY) {
        if (needed && !this.filling) {
            this.filling = setTimeout(() => this.fill(), delay);
        }
    }

    // They will be built anew anyway, or else fillLater() is called.

    stopFilling() {
        clearTimeout(this.filling);
        this.filling = 0;
    }

    fill() {
        const end = performance.now() + BUILD_TIME;
        let i = this.shown.length - 1;

        this.filling = 0;
        this.keep(() => {
            for (let built = 0; i >= 0; i--) {
                if (!this.shown[i].row) {
                    this.insert(i);

                    if (++built % 8 === 0 && performance.now() > end) {
                        break;
                    }
                }
            }
        });
        this.fillLater(i >= 0, STEP_DELAY);
    }

    // The line that is being read: the current one if it can be seen, else the
    // first that can. While the list follows the newest line there is none.

    reading() {
        if (!this.held) {
            return null;
        }

        const { scrollTop, clientHeight } = this.element;
        const row = this.current?.row;

        if (row && row.offsetTop < scrollTop + clientHeight
            && row.offsetTop + row.offsetHeight > scrollTop) {
            return this.current;
        }

        return this.firstVisible();
    }

    firstVisible() {
        const { children } = this.rows;
        const top = this.element.scrollTop;
        let low = 0;
        let high = children.length - 1;

        while (low < high) {
            const middle = (low + high) >> 1;
            const row = children[middle];

            if (row.offsetTop + row.offsetHeight > top) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }

        return children[low]?.entry ?? null;
    }

    place(entry) {
        return { offset: (entry.row?.offsetTop ?? 0) - this.element.scrollTop };
    }

    // Calls what changes the heights of rows, and then moves the line that is
    // being read back to its place.

    keep(change) {
        const reading = this.reading();
        const place = reading && this.place(reading);

        change();

        if (place) {
            this.scroll(reading.row.offsetTop - place.offset);
        } else {
            this.edge();
        }
    }

    // The index in "shown" of this line, or of the last one before it.

    nearest(entry) {
        let low = 0;
        let high = this.shown.length - 1;

        while (low < high) {
            const middle = (low + high + 1) >> 1;

            if (this.shown[middle].index > entry.index) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }

        return low;
    }

    scroll(top) {
        this.element.scrollTop = top;
        this.top = this.element.scrollTop;
    }

    edge() {
        this.scroll(this.newest ? 0 : this.element.scrollHeight);
    }

    pin() {
        if (!this.held) {
            this.edge();
        }
    }

    // If something above the list grows or shrinks, the list scrolls by as
    // much, so that the lines stay where they are on the screen.

    resized() {
        const { top, width, height } = this.element.getBoundingClientRect();
        const y = top + scrollY;

        this.view.room = messageRoom(width);
        this.room = Math.ceil(height / ROW_HEIGHT) + SPARE_ROWS;

        if (this.held) {
            this.scroll(this.element.scrollTop + y - this.y);
        } else {
            this.edge();
        }

        this.y = y;
    }

    atEdge() {
        const { scrollTop, scrollHeight, clientHeight } = this.element;

        return this.newest ? scrollTop < EDGE_WIDTH
            : scrollHeight - clientHeight - scrollTop < EDGE_WIDTH;
    }

    overflows() {
        const { scrollHeight, clientHeight } = this.element;

        return scrollHeight > clientHeight + EDGE_WIDTH;
    }

    // The distance to the newest line also grows when lines are added. Only a
    // scroll position that moves away from it means that the reader has
    // scrolled.

    scrolled() {
        const top = this.element.scrollTop;
        const moved = this.newest ? top - this.top : this.top - top;

        if (moved && this.filling) {
            this.stopFilling();
            this.fillLater(true, 0);
        }

        this.top = top;

        if (this.away && this.atEdge()) {
            this.hold({ away: false });
        } else if (!this.away && moved > 1 && !this.atEdge()) {
            this.hold({ away: true });
        }
    }

    // Somebody is using a line, so the list must not scroll on.

    stay() {
        if (!this.away && this.overflows()) {
            this.hold({ away: true });
        }
    }

    markCurrent(on) {
        const row = this.current?.row;

        row?.classList.toggle("current", on);

        if (on) {
            row?.setAttribute("aria-current", "true");
        } else {
            row?.removeAttribute("aria-current");
        }

        for (const button of row?.querySelectorAll(
            ".details :is(button, summary), .times") ?? []) {
            button.tabIndex = on ? 0 : -1;
        }
    }

    // Makes a line the current one.

    select(entry, { block = "nearest", focus = true, stay = true } = {}) {
        if (!this.matching.includes(entry)) {
            return;
        }

        if (isFolded(entry)) {
            this.unfold(entry.run);
        }

        const at = this.shown.indexOf(entry);

        this.build(Math.max(0, at - ROWS_AROUND / 2),
            Math.min(this.shown.length, at + ROWS_AROUND / 2));
        this.markCurrent(false);
        this.current = entry;
        this.markCurrent(true);

        if (stay && (entry !== this.shown.at(-1) || block === "center")) {
            this.stay();
        }

        entry.row.scrollIntoView({ block });
        this.top = this.element.scrollTop;

        if (focus) {
            (entry.row.querySelector(".more") ?? this.element)
                .focus({ preventScroll: true });
        }

        this.onShown();
    }

    // The next row for which test() is true, downwards (1) or upwards (-1) on
    // the screen; with "around" it goes on at the other end. If no line is
    // chosen, it is the newest for which it is true, or the next from the first
    // that somebody sees who has scrolled away.

    find(step, test, around) {
        const at = this.current ? this.shown.indexOf(this.current) : -1;

        if (at < 0 && this.atEdge()) {
            return seek(this.shown, this.shown.length, -1, test, false);
        }

        const by = this.newest ? -step : step;

        return seek(this.shown, at < 0 ? this.nearest(this.firstVisible()) - by
            : at, by, test, around);
    }

    // The next line of all, begun at the first that can be seen.

    findHit(step) {
        const lines = this.lines();
        const by = this.newest ? -step : step;
        const at = lines.indexOf(this.current);
        const first = at < 0 && lines.length ? this.firstVisible().index : 0;

        return seek(lines, at < 0
            ? lines.findIndex(({ index }) => index >= first) - by
            : at, by, () => true, true);
    }

    open(entry) {
        entry.row.append(buildDetails(entry, this.view.pattern));
        entry.row.querySelector(".more").setAttribute("aria-expanded", "true");
        entry.row.classList.add("open");

        for (const button of entry.row.querySelectorAll(".details :is(button, summary)")) {
            button.tabIndex = entry === this.current ? 0 : -1;
        }
    }

    // Shows all lines of a run, or only its first one, which stays where it is.

    unfold(run, open = !run.open) {
        const [first, ...others] = run.lines;
        const at = this.shown.indexOf(first);

        this.build(at, at + 1);

        const { offset } = this.place(first);

        run.open = open;

        if (open) {
            this.shown.splice(at + 1, 0, ...others);
            this.build(at + 1, Math.min(at + run.lines.length,
                at + ROWS_AROUND));
            this.fillLater(true);
            this.stay();
        } else {
            this.shown.splice(at + 1, others.length);

            for (const entry of others) {
                this.remove(entry);
                entry.open = false;
            }
        }

        this.day(at);
        this.showRun(run);

        if (this.held) {
            this.scroll(first.row.offsetTop - offset);
        }

        if (!open && this.away && this.atEdge()) {
            this.hold({ away: false });
        }
    }

    toggleRun(run, open) {
        if (run && run.open !== open) {
            const [first] = run.lines;

            this.unfold(run, open);
            this.select(first, { stay: false,
                focus: !first.row.contains(document.activeElement) });
        }
    }

    toggle(entry, open = !entry.open) {
        if (entry.mark || entry.open === open) {
            return;
        }

        entry.open = open;

        if (open) {
            this.open(entry);
            this.stay();
        } else {
            entry.row.querySelector(".details").remove();
            entry.row.querySelector(".more")
                .setAttribute("aria-expanded", "false");
            entry.row.classList.remove("open");

            if (this.away && this.atEdge()) {
                this.hold({ away: false });
            }
        }
    }
}
