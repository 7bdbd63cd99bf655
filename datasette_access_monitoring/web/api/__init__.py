"""The JSON API below ``/-/access-monitoring``: one endpoint a function, each with its verb.

``calls`` says what a request asks for and of whom; ``routes`` which endpoints there are.
"""
