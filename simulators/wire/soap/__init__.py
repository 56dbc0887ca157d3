"""SOAP on the wire: bounded parsing, envelopes of 1.1 and 1.2, faults, WSDL and schemas at the caller's origin.

Nothing outside a body is ever fetched: there are no entities, no document types and no network.
"""
