// SPDX-License-Identifier: BSD-2-Clause

// The elements of the document that have an id, by it.

export const ui = Object.fromEntries([...document.querySelectorAll("[id]")]
    .map((element) => [element.id, element]));
