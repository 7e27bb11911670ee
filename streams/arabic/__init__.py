"""Arabic as text: folding spellings, sentences, number words, clitics. Pure."""
