"""The pages of Access Monitoring: what people see.

Pages ask what the API asks, by the same calls and verbs, and lay it out as HTML; everything
works as plain links and forms, and scripts only add to it.  Values of events are written by
attackers: ``cells`` makes them plain text, and the templates escape every text.
"""
