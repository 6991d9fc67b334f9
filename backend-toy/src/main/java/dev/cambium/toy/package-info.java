/**
 * The backend of the guide {@code docs/writing-a-backend.md}: first memory alone, then one kernel.
 * Imports the API only.
 */
package dev.cambium.toy;
