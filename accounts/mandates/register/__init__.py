"""The national register of elected officials (RNE, open data of the ministry of the Interior, Licence Ouverte).

``reader`` turns a published CSV into entries, line by line; ``importer`` brings the ``Mandate`` table in line.
"""
