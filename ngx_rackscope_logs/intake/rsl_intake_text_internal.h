
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Sections of rsl_intake_internal.h, which includes this file in their place:
 * the record of text that is held back, and lines of text that a shipper has
 * made objects of.
 */


#ifndef _RSL_INTAKE_TEXT_INTERNAL_H_INCLUDED_
#define _RSL_INTAKE_TEXT_INTERNAL_H_INCLUDED_


/*
 * rsl_intake_held.c: the record of text that is held back
 *
 * RSL_ERROR: no memory.
 */

/* Appends a line: the first is the message, all others are the exception. */
int rsl_intake_held_add(rsl_intake_text_t *text, const rsl_str_t *line);

/*
 * Keeps what stands around a line, in one of the pointers of the wrap.  "kept":
 * it is there already.
 */
int rsl_intake_held_wrap(rsl_intake_t *intake, rsl_intake_around_t *around,
    int kept, rsl_intake_around_t **wrapped);

/*
 * Gives out the record, without the lines that wait.  RSL_ERROR also: the sink
 * returned it.
 */
int rsl_intake_held_emit(rsl_intake_t *intake);


/* rsl_intake_text.c: from lines of text to records with their tracebacks */

/*
 * Takes a line of text, without its newline.  "cut": the line was longer.
 * RSL_ERROR: there was no memory, or the sink returned it.
 */
int rsl_intake_text_line(rsl_intake_t *intake, const rsl_str_t *line, int cut);

/*
 * Takes a line that has all of this around it.  Either no record is held back,
 * or one around which is the same.  RSL_ERROR: there was no memory, or the sink
 * returned it.
 */
int rsl_intake_text_shipped(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_around_t *around);

/* Is there nothing but spaces in the line? */
int rsl_intake_text_is_blank(const rsl_str_t *line);

/* Takes a line with nothing in it. */
void rsl_intake_text_blank(rsl_intake_t *intake);

/*
 * Gives out the record that is held back, if there is one.  "end": nothing that
 * comes later belongs to it.  RSL_ERROR: as with rsl_intake_text_line().
 */
int rsl_intake_text_release(rsl_intake_t *intake, int end);


/* rsl_intake_shipped.c: from a line in an object to a part of a record */

/*
 * Takes a record whose message is a line, or text.  RSL_ERROR: there was no
 * memory, or the sink returned it.
 */
int rsl_intake_shipped(rsl_intake_t *intake, rsl_record_t *record,
    const rsl_intake_shipped_t *shipped);


#endif /* _RSL_INTAKE_TEXT_INTERNAL_H_INCLUDED_ */
