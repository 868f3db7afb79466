"""Paper: what a page holds, and the process that draws it. Law: only the drawing process knows the PDF library."""
