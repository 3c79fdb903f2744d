// SPDX-License-Identifier: BSD-2-Clause

// The list of lines: every one that matches is in the document, the newest are
// built first and the rest when there is time, and nothing above a reader moves
// or disappears.

import { ui } from "./dom.js";
import { applyFilter } from "./filter.js";
import { buildDetails } from "./details.js";
import { buildRow, dayOf, dayText, make } from "./row.js";

// rows for one painting
const AT_ONCE = 80;
// and of what comes while others are shown
const FEW = 60;
// rows to remove at once
const MANY = 200;
// ms without a new line
const QUIET = 500;
// ms between two of these, while many lines come and when they do not
const SLOW = 100;
const SWIFT = 16;
// ms of building between two paintings
const CHUNK = 12;
// px that still are the end
const EDGE = 8;

export class LogList {
    // view is what rows look like; onHold() is called when the list begins or
    // ends to be held, onShown() when other lines are shown.

    constructor(element, store, view) {
        this.element = element;
        this.rows = ui.rows;
        this.store = store;
        this.view = view;
        this.filter = null;
        // first
        this.newest = false;
        this.paused = false;
        this.away = false;
        // what is held while the list is
        this.frozen = null;
        // the index up to which it knows
        this.mark = 0;
        this.shown = [];
        this.current = null;
        // where it was scrolled to
        this.top = 0;
        // and where it is on the page
        this.y = 0;
        this.filling = 0;
        this.pace = SWIFT;
        this.many = false;
        this.pruning = 0;
        this.onHold = () => {};
        this.onShown = () => {};

        element.addEventListener("scroll", () => this.scrolled(),
            { passive: true });
        new ResizeObserver(() => this.resized()).observe(element);
    }

    get held() {
        return this.frozen !== null;
    }

    // All that is loaded, as far as the list may know of it.

    base() {
        return this.frozen ?? this.store.all();
    }

    lines() {
        return this.shown.filter((entry) => !entry.mark && !entry.gone);
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

    // Where the newest are.

    follow() {
        this.hold({ paused: false, away: false });
        this.pin();
    }

    // What came while the list was held, and it stays held.

    refresh() {
        this.frozen = this.store.all();
        this.mark = this.store.last;
        this.away = false;
        this.render(null);
        this.edge();
        this.onHold();
    }

    // New lines go in, and those that are no longer held go out.

    sync() {
        if (this.held) {
            return;
        }

        const fresh = this.store.after(this.mark)
            .filter((entry) => entry.match);

        this.mark = this.store.last;
        this.prune();

        if (fresh.length) {
            const from = this.shown.length;

            this.shown.push(...fresh);
            this.build(Math.max(from, this.shown.length - FEW),
                this.shown.length);

            // what was lost is never left for later
            for (let i = from; i < this.shown.length; i++) {
                if (this.shown[i].mark && !this.shown[i].row) {
                    this.insert(i);
                }
            }

            this.fillLater(fresh.length > FEW);
        }

        // more than once in a row
        this.pace = fresh.length > FEW && this.many ? SLOW : SWIFT;
        this.many = fresh.length > FEW;

        this.pin();
        this.onShown();
    }

    // All rows move when some above them go: many at a time, or when it is
    // quiet.

    prune(least = MANY) {
        const gone = this.shown.filter((entry) => entry.gone);

        clearTimeout(this.pruning);

        if (gone.length < least) {
            this.pruning = setTimeout(() => {
                if (!this.held) {
                    this.prune(0);
                    this.pin();
                    this.onShown();
                }
            }, QUIET);
            return;
        }

        const focused = this.rows.contains(document.activeElement);

        for (const entry of gone) {
            entry.row?.remove();
            entry.day?.remove();
            entry.row = entry.day = null;
        }

        this.shown = this.shown.filter((entry) => !entry.gone);
        this.day(0);

        if (this.current?.gone) {
            this.current = null;
        }

        if (focused && !this.rows.contains(document.activeElement)) {
            this.element.focus({ preventScroll: true });
        }
    }

    // Another filter, order or look: everything anew, around the line that is
    // read now.

    render(around = this.reading()) {
        const place = around && this.place(around);
        const base = this.base();

        for (const entry of this.shown) {
            entry.row = entry.day = null;
        }

        this.rows.replaceChildren();
        this.shown = base.filter((entry) => entry.match);
        this.mark = this.held ? this.mark : this.store.last;

        const at = place ? this.nearest(around) : this.shown.length;
        const from = Math.max(0, Math.min(at + AT_ONCE / 2,
            this.shown.length) - AT_ONCE);

        this.build(from, Math.min(from + AT_ONCE, this.shown.length));

        if (place && this.shown[at]) {
            this.scroll(this.shown[at].row.offsetTop - place.offset);
        } else {
            this.edge();
        }

        if (this.current) {
            this.current = this.current.match ? this.current : null;
            this.markCurrent(true);
        }

        this.fillLater(true);
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

        this.render(reading);
    }

    // The rows of shown[from … to - 1] that are not there yet.

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

    // A line on another day than the one above it says so; the first one if it
    // is not of today.

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

    // The rest, the newest first, as much as fits between two paintings.

    fillLater(needed) {
        if (needed && !this.filling) {
            this.filling = setTimeout(() => this.fill(), this.pace);
        }
    }

    fill() {
        const end = performance.now() + (this.many ? CHUNK / 2 : CHUNK);
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
        this.fillLater(i >= 0);
    }

    // The line that the reader's eyes are on: none while the list follows.

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

    // Does something that changes heights, and nobody loses their place.

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

    // The index of this line in what is shown, or of the one nearest to it.

    nearest(entry) {
        let low = 0;
        let high = this.shown.length - 1;

        while (low < high) {
            const middle = (low + high) >> 1;

            if (this.shown[middle].index < entry.index) {
                low = middle + 1;
            } else {
                high = middle;
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

    // What grows or shrinks above the list moves no line that is read.

    resized() {
        const y = this.element.getBoundingClientRect().top + scrollY;

        if (this.held) {
            this.scroll(this.element.scrollTop + y - this.y);
        } else {
            this.edge();
        }

        this.y = y;
    }

    atEdge() {
        const { scrollTop, scrollHeight, clientHeight } = this.element;

        return this.newest ? scrollTop < EDGE
            : scrollHeight - clientHeight - scrollTop < EDGE;
    }

    overflows() {
        return this.element.scrollHeight > this.element.clientHeight + EDGE;
    }

    // Away is who moved away, not whose distance grew.

    scrolled() {
        const top = this.element.scrollTop;
        const moved = this.newest ? top - this.top : this.top - top;

        this.top = top;

        if (this.away && this.atEdge()) {
            this.hold({ away: false });
        } else if (!this.away && moved > 1 && !this.atEdge()) {
            this.hold({ away: true });
        }
    }

    // Somebody works with a line: it must not move on.

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

        for (const button of row?.querySelectorAll(".details button") ?? []) {
            button.tabIndex = on ? 0 : -1;
        }
    }

    // Makes a line the current one.

    select(entry, { block = "nearest", focus = true, stay = true } = {}) {
        const at = this.shown.indexOf(entry);

        if (at < 0) {
            return;
        }

        this.build(Math.max(0, at - AT_ONCE / 2),
            Math.min(this.shown.length, at + AT_ONCE / 2));
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

    // The next line in this direction of the screen for which test() holds.

    find(step, test, around) {
        const lines = this.shown;
        const by = this.newest ? -step : step;
        let at = this.current ? lines.indexOf(this.current) : -1;

        if (at < 0) {
            const first = this.firstVisible();
            at = first ? lines.indexOf(first) - by : 0;
        }

        for (let n = 0; n < lines.length; n++) {
            at += by;

            if (at < 0 || at >= lines.length) {
                if (!around) {
                    return null;
                }

                at = (at + lines.length) % lines.length;
            }

            if (!lines[at].mark && test(lines[at])) {
                return lines[at];
            }
        }

        return null;
    }

    open(entry) {
        entry.row.append(buildDetails(entry, this.view.pattern));
        entry.row.querySelector(".more").setAttribute("aria-expanded", "true");
        entry.row.classList.add("open");

        for (const button of entry.row.querySelectorAll(".details button")) {
            button.tabIndex = entry === this.current ? 0 : -1;
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
