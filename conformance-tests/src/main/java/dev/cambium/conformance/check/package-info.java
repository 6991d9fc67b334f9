/** What all cases are made of: the backend under test, a case, an expectation. */
package dev.cambium.conformance.check;
