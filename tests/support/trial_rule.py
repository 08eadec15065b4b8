"""A rule that no file has: everybody whose stay ended twelve hours ago."""

STAY = "{opened_on: 2026-01-30, ends: 2026-02-28}"
R90 = f"""
id: R90
version: 1
owner: imigrasi / Intal
side: administrative
subject: person
series: trial
anchor: stay
legal: {{ref: uji, as_of: 2026-01-02}}
condition: stay.open && now >= stay.ends + duration('12h')
deadline: {{from: stay.ends, offsets: [12h]}}
first_notified: Intal
severity: 1
title: {{id: Uji, en: Trial}}
wording: {{id: Perlu klarifikasi., en: Needs clarification.}}
again: reopen
expires: 2027-11-24
twins:
  must_fire:
    - {{name: twelve hours after, now: "2026-03-01T12:00:00+07:00", stay: {STAY}}}
    - {{name: a day after, now: "2026-03-02T00:00:00+07:00", stay: {STAY}}}
    - {{name: a week after, now: "2026-03-08T00:00:00+07:00", stay: {STAY}}}
  must_not_fire:
    - {{name: before noon, now: "2026-03-01T11:59:00+07:00", stay: {STAY}}}
"""
