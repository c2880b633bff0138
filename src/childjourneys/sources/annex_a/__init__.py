"""Ofsted's ILACS child-level data, "Annex A": one workbook, or one CSV a list."""

from childjourneys.sources.annex_a.reader import AnnexAFile, open_annex_a

__all__ = ["AnnexAFile", "open_annex_a"]
