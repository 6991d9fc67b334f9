/**
 * The suite that every backend has to pass, and the numerical analysis behind its bounds. A backend
 * author implements {@link dev.cambium.conformance.BackendConformance} in one test class. Imports
 * the API, and JUnit Jupiter.
 */
package dev.cambium.conformance;
