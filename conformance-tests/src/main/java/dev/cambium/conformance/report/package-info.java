/** What a run of the suite found: results of cases, and the report as text, JSON and HTML. */
package dev.cambium.conformance.report;
