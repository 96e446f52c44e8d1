from dataclasses import dataclass
from lesion_viewer.detection.boxes import Box
@dataclass(frozen=True)
class Axes:
    long: tuple[float,float,float,float]
    short: tuple[float,float,float,float]
    @property
    def points(self): return (self.long[:2], self.long[2:], self.short[:2], self.short[2:])
def box_of(a):
    xs,ys=zip(*a.points); return Box(min(xs)-.5,min(ys)-.5,max(xs)+.5,max(ys)+.5)
def axes_of(b): 
    cx,cy=b.centre
    return Axes((b.x1+.5,cy,b.x2-.5,cy),(cx,b.y1+.5,cx,b.y2-.5))
def _c(v,l,h,nl,nh):
    w,nw=h-l-1,nh-nl-1; s=(v-l-.5)/w if w>0 else .5; return nl+.5+s*nw
def moved_with(a,o,n):
    p=[(_c(x,o.x1,o.x2,n.x1,n.x2),_c(y,o.y1,o.y2,n.y1,n.y2)) for x,y in a.points]
    return Axes((*p[0],*p[1]),(*p[2],*p[3]))
def with_end(a,w,x,y):
    p=list(a.points); p[w]=(x,y); return Axes((*p[0],*p[1]),(*p[2],*p[3]))
