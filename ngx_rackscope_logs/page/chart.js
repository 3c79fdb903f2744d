// SPDX-License-Identifier: BSD-2-Clause

// The chart above the list: how many lines there were when, by level. A click
// on a bar leads to its first line; a drag over some bars limits the list to
// their lines. It is a slider for the keyboard and for screen readers.

import { ui } from "./dom.js";
import { describeBars, drawBars, drawOthers, formatEdge, formatLimits, makeHistogram } from "./histogram.js";

// px that a bar is wide, at least
const BAR_WIDTH = 6;
// px that the bars are high, which is also said in logs.html
const HEIGHT = 32;
// ms from one drawing to the next, at least
const DRAW_INTERVAL = 250;
// A pointer that moves by this many px drags.
const DRAG_WIDTH = 5;
// Where keys lead from a bar.
const MOVES = {
    ArrowLeft: (at) => at - 1,
    ArrowDown: (at) => at - 1,
    ArrowRight: (at) => at + 1,
    ArrowUp: (at) => at + 1,
    PageDown: (at) => at - 10,
    PageUp: (at) => at + 10,
    Home: () => 0,
    End: () => Infinity,
};

// "page" has a list and filters.

export class Chart {
    constructor(page) {
        this.page = page;
        this.histogram = null;
        this.width = 0;
        this.timer = 0;
        // the bars that are chosen: from the one where that began to the one
        // where the pointer or the keyboard is, or -1
        this.from = this.at = -1;
        this.dragging = false;

        const hear = (type, task) => ui.chart.addEventListener(type, task);

        hear("pointerdown", (event) => this.grab(event));
        hear("pointermove", (event) => this.move(event));
        hear("pointerup", () => this.drop());
        hear("pointercancel", () => this.leave());
        hear("pointerleave", () => this.dragging || this.leave());
        hear("blur", () => this.dragging || this.leave());
        hear("focus", () => this.choose(this.at < 0 ? Infinity : this.at));
        hear("keydown", (event) => this.pressed(event));
        ui.allTimes.addEventListener("click", () => this.unlimit());
        new ResizeObserver(([{ contentRect }]) => {
            this.width = contentRect.width;
            this.draw();
        }).observe(ui.bars);
    }

    // To be called when other lines are shown.

    changed() {
        this.timer ||= setTimeout(() => this.draw(), DRAW_INTERVAL);
    }

    draw() {
        const { list, filters } = this.page;

        clearTimeout(this.timer);
        this.timer = 0;

        // it is not shown if there is no room
        if (!this.width) {
            return;
        }

        const limited = filters.hasTerm("time");
        const { bars = [], step } = this.histogram ?? {};
        const times = [this.at, this.from].map((i) => bars[i]?.start + step / 2);

        this.histogram = makeHistogram(list.base(),
            Math.max(10, Math.floor(this.width / BAR_WIDTH)), limited);
        ui.allTimes.hidden = !limited;
        this.paint();

        // what is chosen keeps its time
        if (this.at >= 0 && this.histogram) {
            this.choose(...times.map((time) => Math.floor(
                (time - this.histogram.start) / this.histogram.step)));
        } else {
            this.tell();
        }
    }

    paint() {
        const { histogram } = this;
        const [others, ...levels] = ui.bars.children;
        const paths = histogram ? drawBars(histogram, HEIGHT) : [];

        ui.bars.setAttribute("viewBox",
            `0 0 ${histogram?.bars.length ?? 1} ${HEIGHT}`);
        others.setAttribute("d", histogram ? drawOthers(histogram, HEIGHT) : "");
        levels.forEach((level, i) => level.setAttribute("d", paths[i] ?? ""));
    }

    // Says what is chosen, or else what there is at all.

    tell() {
        const { histogram, from, at } = this;
        const bars = histogram?.bars ?? [];
        const first = Math.min(from, at);
        const chosen = at < 0 ? bars
            : bars.slice(first, Math.max(from, at) + 1);
        const [start, end] = this.edges(bars);
        const what = bars.length ? describeBars(chosen) : "";
        const some = this.edges(chosen).join("–");

        ui.chartFrom.textContent = start;
        ui.chartTo.textContent = end;
        ui.chartText.textContent = at < 0 ? what : `${some} · ${what}`;
        ui.chart.setAttribute("aria-valuemax", Math.max(0, bars.length - 1));
        ui.chart.setAttribute("aria-valuenow", Math.max(0, at));
        ui.chart.setAttribute("aria-valuetext", `${some}: ${what || "empty"}`);
        ui.brush.hidden = at < 0;
        ui.brush.style.left = `${100 * first / bars.length}%`;
        ui.brush.style.width = `${100 * chosen.length / bars.length}%`;
    }

    // When these bars begin and end.

    edges(bars) {
        const { histogram, page: { view } } = this;
        const edge = (ms) => formatEdge(ms, histogram, view.time === "utc",
            view.now());

        return bars.length
            ? [edge(bars[0].start), edge(bars.at(-1).start + histogram.step)]
            : ["", ""];
    }

    choose(at, from = at) {
        const last = (this.histogram?.bars.length ?? 0) - 1;

        this.at = Math.max(Math.min(0, last), Math.min(last, at));
        this.from = Math.max(Math.min(0, last), Math.min(last, from));
        this.tell();
    }

    leave() {
        this.from = this.at = -1;
        this.dragging = false;
        this.tell();
    }

    // The bar that is under the pointer.

    under({ clientX }) {
        const { x, width } = ui.bars.getBoundingClientRect();

        return Math.floor((clientX - x) / width
            * (this.histogram?.bars.length ?? 0));
    }

    grab(event) {
        if (event.button === 0) {
            this.dragging = true;
            this.x = event.clientX;
            this.choose(this.under(event));
            ui.chart.setPointerCapture(event.pointerId);
        }
    }

    move(event) {
        const at = this.under(event);

        if (!this.dragging) {
            this.choose(at);
        } else if (Math.abs(event.clientX - this.x) >= DRAG_WIDTH) {
            this.choose(at, this.from);
        } else {
            this.choose(this.from);
        }
    }

    drop() {
        if (this.dragging) {
            this.dragging = false;
            this.confirm();
        }
    }

    pressed(event) {
        const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
        const { at, from, histogram } = this;
        const to = MOVES[key]?.(at);

        if (ctrlKey || altKey || metaKey || !histogram) {
            return;
        }

        if (to !== undefined) {
            this.choose(to, shiftKey ? from : to);
        } else if (key === "Enter" || key === " ") {
            this.confirm();
        } else if (key === "Escape" && from !== at) {
            this.choose(at);
        } else if (key === "Escape" && !ui.allTimes.hidden) {
            this.unlimit();
        } else {
            return;
        }

        event.preventDefault();
    }

    // Goes to the first line of the bar that is chosen, or limits the list to
    // the bars that are.

    confirm() {
        const { histogram, at, from, page } = this;
        const first = Math.min(from, at);
        const last = Math.max(from, at);

        if (at < 0) {
            return;
        }

        if (first < last) {
            this.leave();
            page.filters.addTerm({ name: "time", value: formatLimits(histogram,
                first, last, page.view.time === "utc") }, true);
        } else if (histogram.bars[at].first) {
            page.list.select(histogram.bars[at].first,
                { block: page.list.newest ? "end" : "start" });
        }
    }

    unlimit() {
        this.leave();
        this.page.filters.removeTerms("time");
        ui.chart.focus();
    }
}
