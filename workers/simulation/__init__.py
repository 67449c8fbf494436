"""Let simulated viewers (feed/simulation) use the real services: slates, engagements, chat. Here, because it joins chat, feed and jobs."""
