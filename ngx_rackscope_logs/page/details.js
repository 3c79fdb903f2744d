// SPDX-License-Identifier: BSD-2-Clause

// The details of a record: all of its fields, shown below its line.

import { paintStyles } from "./colours.js";
import { make, putText } from "./row.js";
import { leavesOf } from "./terms.js";
import { indentJson, stripAnsi } from "./text.js";
import { buildCause, buildTrace } from "./trace.js";

// Nobody filters by what every line has of its own, nor by a whole traceback,
// and a field without a name has no term.

const OWN = ["", "_seq", "timestamp", "exception"];

// The order is that of the record, but the exception comes last because it is
// long.

export function orderFields(record) {
    return Object.keys(record)
        .sort((a, b) => (a === "exception") - (b === "exception"));
}

// Text of several lines keeps its line breaks; JSON is indented.

function buildValue(entry, key, pattern) {
    const value = entry.record[key];

    if (key === "exception" && typeof value === "string") {
        return buildTrace(entry, pattern);
    }

    if (key === "request_id" && typeof value === "string" && value) {
        const button = make("button", "link");

        button.type = "button";
        button.dataset.action = "request";
        button.title = "All lines of this request (r)";
        putText(button, value, pattern);
        return button;
    }

    const plain = typeof value === "string" ? stripAnsi(value) : null;
    const text = (plain === null ? JSON.stringify(value, null, 2)
        : key === "message" ? indentJson(plain) ?? plain : plain) ?? "";
    const box = make(/\n/.test(text) ? "pre" : "bdi");

    putText(box, text, pattern);

    if (plain !== null) {
        paintStyles(box, value, plain);
    }

    return box;
}

// What one can filter by in a field.

export function fieldLeaves(entry, field) {
    return OWN.includes(field) ? [] : leavesOf(field, entry.record[field]);
}

// The name and the value of a field, as elements of the details.

function offerField(entry, field, label, box) {
    const [leaf] = fieldLeaves(entry, field);
    const name = make("dt", "", leaf ? undefined : label);

    if (leaf) {
        const button = make("button", "name", label);

        button.type = "button";
        button.dataset.field = field;
        button.setAttribute("aria-haspopup", "menu");
        name.append(button);
    }

    if (leaf?.value === entry.record[field] && !box.matches("button")) {
        box.dataset.field = field;
        box.title = "Click: only lines with this value. Alt: only others.";
    }

    return name;
}

const ACTIONS = [["context", "Show in context"], ["line", "Copy line"],
    ["json", "Copy JSON"], ["link", "Copy link"],
    ["traceback", "Copy traceback"]];

function buildActions(entry) {
    const actions = make("p", "actions");

    for (const [action, label] of ACTIONS) {
        if ((action !== "link" || entry.seq > 0)
            && (action !== "traceback" || entry.record.exception)) {
            const button = make("button", "", label);

            button.type = "button";
            button.dataset.action = action;
            actions.append(button);
        }
    }

    return actions;
}

export function buildDetails(entry, pattern) {
    const details = make("div", "details");
    const list = make("dl");
    const cause = buildCause(entry, pattern);

    for (const key of orderFields(entry.record)) {
        const pair = make("div");
        const value = make("dd");
        const box = buildValue(entry, key, pattern);

        value.append(box);
        pair.append(offerField(entry, key, stripAnsi(key), box), value);
        list.append(pair);
    }

    if (cause) {
        details.append(cause);
    }

    details.append(list, buildActions(entry));
    return details;
}
