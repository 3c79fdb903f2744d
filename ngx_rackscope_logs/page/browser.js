// SPDX-License-Identifier: BSD-2-Clause

// What the page asks of the browser beside its document: settings that stay,
// the token, the clipboard, files.

const SETTINGS = "rackscope.logs.page";

function stored(key) {
    try {
        return localStorage.getItem(key);
    } catch {
        // not allowed here
        return null;
    }
}

export function readSettings() {
    const settings = { wrap: true, theme: "", time: "local", keys: true };

    try {
        return Object.assign(settings, JSON.parse(stored(SETTINGS)));
    } catch {
        return settings;
    }
}

export function saveSettings(settings) {
    try {
        localStorage.setItem(SETTINGS, JSON.stringify(settings));
    } catch {
        // then they last as long as the page
    }
}

// Where the API is, and the header that it wants. The token is read each time,
// for the application may renew it; it goes nowhere but to our own origin.

export function readApi({ dataset }, location) {
    const api = new URL(dataset.api ?? "/api/logs", location);
    const key = dataset.tokenKey;

    return {
        address: api.href,
        key,
        headers: () => {
            const token = key && api.origin === location.origin
                ? cleanToken(stored(key)) : "";

            return token ? { Authorization: `Bearer ${token}` } : {};
        },
    };
}

// Some applications keep it as JSON. What cannot be in a header is no token.

export function cleanToken(text) {
    let token = text?.trim() ?? "";

    if (/^".*"$/.test(token)) {
        try {
            token = JSON.parse(token);
        } catch {
            return "";
        }
    }

    return /^[\x21-\x7e]+$/.test(token) ? token : "";
}

// There is no clipboard object without TLS.

export async function copyText(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return copyOldWay(text);
    }
}

function copyOldWay(text) {
    const focused = document.activeElement;
    const box = document.createElement("textarea");

    box.value = text;
    box.className = "unseen";
    document.body.append(box);
    box.select();

    const copied = document.execCommand("copy");

    box.remove();
    focused?.focus({ preventScroll: true });
    return copied;
}

export function download(name, text) {
    const link = document.createElement("a");
    const url = URL.createObjectURL(new Blob([text],
        { type: "application/octet-stream" }));

    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
}
