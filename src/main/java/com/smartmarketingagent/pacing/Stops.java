package com.smartmarketingagent.pacing;

/** How many got a message, and how many of them said stop since. */
public record Stops(long stops, long sent) {}
