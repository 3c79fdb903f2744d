// SPDX-License-Identifier: BSD-2-Clause

// The details of a record: all of its fields, shown below its line.

import { make, putText } from "./row.js";
import { indentJson, stripAnsi, toText } from "./text.js";

// The order is that of the record, but the exception comes last because it is
// long.

export function orderFields(record) {
    return Object.keys(record)
        .sort((a, b) => (a === "exception") - (b === "exception"));
}

// Text of several lines keeps its line breaks; JSON is indented.

function buildValue(key, value, pattern) {
    if (key === "request_id" && typeof value === "string" && value) {
        const button = make("button", "link");

        button.type = "button";
        button.dataset.action = "request";
        button.title = "Search for this request";
        putText(button, value, pattern);
        return button;
    }

    const plain = typeof value === "string" ? stripAnsi(value) : null;
    const text = (plain === null ? JSON.stringify(value, null, 2)
        : key === "message" ? indentJson(plain) ?? plain : plain) ?? "";
    const box = make(/\n/.test(text) ? "pre" : "bdi");

    putText(box, text, pattern);
    return box;
}

const ACTIONS = [["context", "Show in context"], ["line", "Copy line"],
    ["json", "Copy JSON"], ["link", "Copy link"]];

function buildActions(entry) {
    const actions = make("p", "actions");

    for (const [action, label] of ACTIONS) {
        if (action !== "link" || entry.seq > 0) {
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

    for (const key of orderFields(entry.record)) {
        const pair = make("div");
        const value = make("dd");

        value.append(buildValue(key, entry.record[key], pattern));
        pair.append(make("dt", "", stripAnsi(toText(key))), value);
        list.append(pair);
    }

    details.append(list, buildActions(entry));
    return details;
}
