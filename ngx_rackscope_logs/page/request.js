// SPDX-License-Identifier: BSD-2-Clause

// The view of one request: all of its lines that are loaded, in the order of
// time, with what nginx says and what the backend says side by side. The
// address names the request, so Back returns to the list, which stays as it was
// meanwhile.

import { buildDetails } from "./details.js";
import { ui } from "./dom.js";
import { buildRow, make } from "./row.js";
import { formatCount } from "./text.js";
import { SOURCES, formatGap, isOfRequest, makeTimeline } from "./timeline.js";
import { clickValue } from "./values.js";

// "page" has a list and a store, and acts on a line.

export class RequestView {
    constructor(page) {
        this.page = page;
        // the request that is shown, or ""
        this.id = "";
        // an item of the view for each line of the request
        this.items = new Map();
        // the index of the last line that was looked at
        this.mark = 0;
        // what was in sight before
        this.place = null;

        ui.requestBack.addEventListener("click", () => this.back());
        ui.requestRows.addEventListener("click", (event) =>
            this.clicked(event));
        addEventListener("popstate", () => this.sync());
    }

    open(id) {
        const query = new URLSearchParams(location.search);

        query.set("request", id);
        history.pushState({ request: true }, "",
            `${location.pathname}?${query}${location.hash}`);
        this.sync();
    }

    openOf(entry) {
        const id = entry?.record.request_id;

        if (typeof id === "string" && id) {
            this.open(id);
        }
    }

    // To where the view was opened from or, if a link has led to it, to the list.

    back() {
        if (history.state?.request) {
            history.back();
        } else {
            this.leave();
        }
    }

    leave() {
        const query = new URLSearchParams(location.search);

        query.delete("request");
        history.replaceState(null, "", location.pathname
            + (query.size ? `?${query}` : "") + location.hash);
        this.sync();
    }

    // Shows the request that the address names, if any.

    sync() {
        const id = new URLSearchParams(location.search).get("request") ?? "";
        const was = this.id;

        if (id === was) {
            return;
        }

        this.place ??= this.look();
        this.id = id;
        this.empty();
        ui.request.hidden = !id;
        ui.log.inert = id !== "";
        document.body.classList.toggle("request", id !== "");

        if (id) {
            this.fill();
            ui.requestBack.focus();
        } else {
            this.restore();
        }
    }

    empty() {
        this.items.clear();
        ui.requestRows.replaceChildren();
    }

    look() {
        const { list } = this.page;
        const line = list.held ? list.firstVisible() : null;

        return { line, ...(line && list.place(line)),
            focused: document.activeElement };
    }

    restore() {
        const { line, offset, focused } = this.place;
        const { list } = this.page;

        this.place = null;
        list.resized();

        if (list.held && line?.row) {
            list.scroll(line.row.offsetTop - offset);
        }

        (focused?.isConnected && focused !== document.body ? focused : ui.log)
            .focus({ preventScroll: true });
    }

    // New lines have come.

    update() {
        const fresh = this.page.store.after(this.mark);

        this.mark = this.page.store.last;

        if (this.id && (!this.items.size
            || fresh.some((entry) => isOfRequest(entry, this.id)))) {
            this.fill();
        }
    }

    // Lines that the store no longer holds stay in the view.

    fill() {
        const { store, list, loaded } = this.page;
        const lines = makeTimeline([...new Set([...this.items.keys(),
            ...list.base(), ...store.all()])]
            .filter((entry) => isOfRequest(entry, this.id)));
        const columns = SOURCES.filter((source) =>
            lines.some((line) => line.source === source));
        const span = lines.reduce((sum, { gap }) => sum + gap, 0);

        ui.requestTitle.textContent = `Request ${this.id}`;
        ui.requestSum.textContent = lines.length
            ? `${formatCount(lines.length, "line")} in ${formatGap(span)}`
            : loaded ? "No line of this request is loaded." : "Loading…";
        ui.requestRows.style.gridTemplateColumns = ["10ch", ...columns
            .map((source) => `minmax(0, ${source === "backend" ? 2 : 1}fr)`)]
            .join(" ");

        lines.forEach(({ entry, source, gap }, i) => {
            const item = this.items.get(entry) ?? this.build(entry);
            const [text, row] = item.children;

            text.textContent = gap === null ? "" : `+${formatGap(gap)}`;
            row.style.gridColumnStart = columns.indexOf(source) + 2;

            if (ui.requestRows.children[i] !== item) {
                ui.requestRows.insertBefore(item,
                    ui.requestRows.children[i] ?? null);
            }
        });
    }

    build(entry) {
        const item = make("li");
        const row = buildRow({ ...entry, run: null }, this.page.view);

        // the list has that id, too
        row.removeAttribute("id");
        row.entry = entry;
        row.querySelector(".more").tabIndex = 0;
        item.append(make("span", "gap"), row);
        this.items.set(entry, item);
        return item;
    }

    clicked(event) {
        const { target } = event;
        const row = target.closest(".row");
        const action = target.closest("button")?.dataset.action;

        if (row && clickValue(this.page, row.entry, event)) {
            return;
        }

        if (action === "context") {
            this.leave();
        }

        if (action && action !== "request") {
            this.page.act(action, row.entry);
        } else if (target.closest(".more")) {
            this.toggle(row);
        }
    }

    toggle(row) {
        const open = row.classList.toggle("open");

        row.querySelector(".more").setAttribute("aria-expanded", open);

        if (open) {
            row.append(buildDetails(row.entry, this.page.view.pattern));
        } else {
            row.querySelector(".details").remove();
        }
    }

    // Whether the key was for the view.

    pressed(key) {
        const buttons = [...ui.requestRows.querySelectorAll(".more")];
        const at = buttons.indexOf(document.activeElement
            .closest(".row")?.querySelector(".more"));
        const by = { ArrowDown: 1, ArrowUp: -1 }[key]
            ?? (this.page.settings.keys ? { j: 1, k: -1 }[key] : undefined);

        if (key === "Escape") {
            this.back();
        } else if (by) {
            buttons[Math.max(0, Math.min(buttons.length - 1, at + by))]?.focus();
        }

        return key === "Escape" || by !== undefined;
    }
}
