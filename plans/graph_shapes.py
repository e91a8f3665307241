"""The outline of a task's box: reports have a folded corner, signals cut corners, tasks for each finding a second sheet."""

from plans.graph_layout import Box
from plans.model import Task

FOLD = 12.0
CUT = 10.0
BEHIND = 4.0


def shape(task: Task, box: Box, paint: str) -> str:
    """SVG inside the box; `paint` are the attributes of its outline."""
    if task.signal:
        return _cut(box, paint)
    if task.report:
        return _folded(box, paint)
    if task.each:
        front = Box(box.x, box.y, box.width - BEHIND, box.height - BEHIND)
        behind = Box(box.x + BEHIND, box.y + BEHIND, box.width - BEHIND, box.height - BEHIND)
        return _round(behind, paint) + _round(front, paint)
    return _round(box, paint)


def _round(box: Box, paint: str) -> str:
    return f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="7" {paint}/>'


def _folded(box: Box, paint: str) -> str:
    right, fold = box.x + box.width, box.y + box.height - FOLD
    return (
        f'<path d="M{box.x:.1f} {box.y:.1f}H{right:.1f}V{fold:.1f}L{right - FOLD:.1f} {box.bottom:.1f}H{box.x:.1f}z" {paint}/>'
        f'<path d="M{right:.1f} {fold:.1f}H{right - FOLD:.1f}V{box.bottom:.1f}" {paint}/>'
    )


def _cut(box: Box, paint: str) -> str:
    right = box.x + box.width
    return (
        f'<path d="M{box.x + CUT:.1f} {box.y:.1f}H{right - CUT:.1f}L{right:.1f} {box.y + CUT:.1f}V{box.bottom - CUT:.1f}'
        f"L{right - CUT:.1f} {box.bottom:.1f}H{box.x + CUT:.1f}L{box.x:.1f} {box.bottom - CUT:.1f}V{box.y + CUT:.1f}z"
        f'" {paint}/>'
    )
