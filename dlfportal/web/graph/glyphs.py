"""The signs of the types of nodes.

Drawn after icons of Lucide (https://lucide.dev), 24 by 24 points, lines only:
ISC License, copyright (c) 2026 Lucide Icons and Contributors. Permission to use, copy, modify, and/or
distribute this software for any purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.
"""

from __future__ import annotations

from dlfportal.formats.graph.families import Family, short_type

GLYPHS: dict[str, str] = {
    "database": (
        '<ellipse cx="12" cy="5" rx="9" ry="3"/><path d="M3 5V19A9 3 0 0 0 21 19V5"/><path d="M3 '
        '12A9 3 0 0 0 21 12"/>'
    ),
    "terminal": '<path d="M12 19h8"/><path d="m4 17 6-6-6-6"/>',
    "braces": (
        '<path d="M8 3H7a2 2 0 0 0-2 2v5a2 2 0 0 1-2 2 2 2 0 0 1 2 2v5c0 1.1.9 2 2 2h1"/><path '
        'd="M16 21h1a2 2 0 0 0 2-2v-5c0-1.1.9-2 2-2a2 2 0 0 1-2-2V5a2 2 0 0 0-2-2h-1"/>'
    ),
    "zap": (
        '<path d="M15.914 4a1.5 1.5 0 00-2.474-1.561l-9 9A1.5 1.5 0 005.5 14h4.002a.5.5 0 '
        "01.471.666L8.086 20a1.5 1.5 0 002.475 1.56l9-9A1.5 1.5 0 0018.5 10h-3.997a.5.5 0 "
        '01-.472-.667z"/>'
    ),
    "cpu": (
        '<path d="M12 20v2"/><path d="M12 2v2"/><path d="M17 20v2"/><path d="M17 2v2"/><path d="M2 '
        '12h2"/><path d="M2 17h2"/><path d="M2 7h2"/><path d="M20 12h2"/><path d="M20 17h2"/><path '
        'd="M20 7h2"/><path d="M7 20v2"/><path d="M7 2v2"/><rect x="4" y="4" width="16" height="16" '
        'rx="2"/><rect x="8" y="8" width="8" height="8" rx="1"/>'
    ),
    "waypoints": (
        '<path d="m10.586 5.414-5.172 5.172"/><path d="m18.586 13.414-5.172 5.172"/><path d="M6 '
        '12h12"/><circle cx="12" cy="20" r="2"/><circle cx="12" cy="4" r="2"/><circle cx="20" '
        'cy="12" r="2"/><circle cx="4" cy="12" r="2"/>'
    ),
    "brain": (
        '<path d="M12 18V5"/><path d="M15 13a4.17 4.17 0 0 1-3-4 4.17 4.17 0 0 1-3 4"/><path '
        'd="M17.598 6.5A3 3 0 1 0 12 5a3 3 0 1 0-5.598 1.5"/><path d="M17.997 5.125a4 4 0 0 1 2.526 '
        '5.77"/><path d="M18 18a4 4 0 0 0 2-7.464"/><path d="M19.967 17.483A4 4 0 1 1 12 18a4 4 0 1 '
        '1-7.967-.517"/><path d="M6 18a4 4 0 0 1-2-7.464"/><path d="M6.003 5.125a4 4 0 0 0-2.526 '
        '5.77"/>'
    ),
    "arrow-right-left": (
        '<path d="m16 3 4 4-4 4"/><path d="M20 7H4"/><path d="m8 21-4-4 4-4"/><path d="M4 17h16"/>'
    ),
    "cloud-upload": (
        '<path d="M12 13v8"/><path d="M4 14.899A7 7 0 1 1 15.71 8h1.79a4.5 4.5 0 0 1 2.5 '
        '8.242"/><path d="m8 17 4-4 4 4"/>'
    ),
    "folder-cog": (
        '<path d="M10.3 20H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h3.98a2 2 0 0 1 1.69.9l.66 1.2A2 2 0 0 0 '
        '12 6h8a2 2 0 0 1 2 2v3.3"/><path d="m14.305 19.53.923-.382"/><path d="m15.228 '
        '16.852-.923-.383"/><path d="m16.852 15.228-.383-.923"/><path d="m16.852 '
        '20.772-.383.924"/><path d="m19.148 15.228.383-.923"/><path d="m19.53 '
        '21.696-.382-.924"/><path d="m20.772 16.852.924-.383"/><path d="m20.772 '
        '19.148.924.383"/><circle cx="18" cy="18" r="3"/>'
    ),
    "table": (
        '<path d="M12 3v18"/><rect width="18" height="18" x="3" y="3" rx="2"/><path d="M3 '
        '9h18"/><path d="M3 15h18"/>'
    ),
    "globe": (
        '<circle cx="12" cy="12" r="10"/><path d="M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 '
        '0-20"/><path d="M2 12h20"/>'
    ),
    "circle-dashed": (
        '<path d="M10.1 2.182a10 10 0 0 1 3.8 0"/><path d="M13.9 21.818a10 10 0 0 1-3.8 0"/><path '
        'd="M17.609 3.721a10 10 0 0 1 2.69 2.7"/><path d="M2.182 13.9a10 10 0 0 1 0-3.8"/><path '
        'd="M20.279 17.609a10 10 0 0 1-2.7 2.69"/><path d="M21.818 10.1a10 10 0 0 1 0 3.8"/><path '
        'd="M3.721 6.391a10 10 0 0 1 2.7-2.69"/><path d="M6.391 20.279a10 10 0 0 1-2.69-2.7"/>'
    ),
    "workflow": (
        '<rect width="8" height="8" x="3" y="3" rx="2"/><path d="M7 11v4a2 2 0 0 0 2 2h4"/><rect '
        'width="8" height="8" x="13" y="13" rx="2"/>'
    ),
    "repeat": (
        '<path d="m17 2 4 4-4 4"/><path d="M3 11v-1a4 4 0 0 1 4-4h14"/><path d="m7 22-4-4 '
        '4-4"/><path d="M21 13v1a4 4 0 0 1-4 4H3"/>'
    ),
    "split": (
        '<path d="M16 3h5v5"/><path d="M8 3H3v5"/><path d="M12 22v-8.3a4 4 0 0 0-1.172-2.872L3 '
        '3"/><path d="m15 9 6-6"/>'
    ),
    "merge": (
        '<path d="m8 6 4-4 4 4"/><path d="M12 2v10.3a4 4 0 0 1-1.172 2.872L4 22"/><path d="m20 22-5-5"/>'
    ),
    "shield-check": (
        '<path d="M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 '
        "1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 "
        '1z"/><path d="m9 12 2 2 4-4"/>'
    ),
    "bell": (
        '<path d="M10.268 21a2 2 0 0 0 3.464 0"/><path d="M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 '
        '.74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326"/>'
    ),
    "circle-question-mark": (
        '<circle cx="12" cy="12" r="10"/><path d="M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3"/><path '
        'd="M12 17h.01"/>'
    ),
    "box": (
        '<path d="M21 8a2 2 0 0 0-1-1.73l-7-4a2 2 0 0 0-2 0l-7 4A2 2 0 0 0 3 8v8a2 2 0 0 0 1 1.73l7 '
        '4a2 2 0 0 0 2 0l7-4A2 2 0 0 0 21 16Z"/><path d="m3.3 7 8.7 5 8.7-5"/><path d="M12 22V12"/>'
    ),
}

_OF_FAMILY = {
    Family.SQL: "database",
    Family.COMPUTE: "cpu",
    Family.MOVE: "arrow-right-left",
    Family.CONTROL: "circle-dashed",
    Family.NOTIFY: "bell",
    Family.OTHER: "circle-question-mark",
}
_OF_TYPE = {
    "Shell": "terminal",
    "Python": "braces",
    "MRSSpark": "zap",
    "MRSSparkPython": "zap",
    "DLISpark": "zap",
    "MRSFlink": "waypoints",
    "MRSFlinkJob": "waypoints",
    "CSJob": "waypoints",
    "MachineLearning": "brain",
    "ModelArtsTrain": "brain",
    "DISStream": "cloud-upload",
    "DISTransferTask": "cloud-upload",
    "OBSManager": "folder-cog",
    "CloudTableManager": "table",
    "CloudTableManage": "table",
    "RESTAPI": "globe",
    "RestClient": "globe",
    "DLFSubJob": "workflow",
    "SubJob": "workflow",
    "ForEachJob": "repeat",
    "ForEach": "repeat",
    "Branch": "split",
    "Merge": "merge",
    "Assignment": "box",
    "DataQualityMonitor": "shield-check",
}


def glyph(node_type: str, family: Family) -> str:
    """Return the shapes of the sign of a type, as SVG; its family's, if it has none of its own."""
    return GLYPHS[_OF_TYPE.get(short_type(node_type), _OF_FAMILY[family])]
