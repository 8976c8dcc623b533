from exp3 import *
from exp5 import gc2
MS=("std","mm","learn","geo","sum2","sum3","geo3","geol","asinh","clip3","mad")
def fn(r):
    out={}; A=r.A(); b=B(r)
    for m in MS: v=gc2(r,m,eps=.1); out["g-.5C "+m]=v; out["zAB+ "+m]=z(r,A+b)+z(r,v)
    gs,gm,gl=(gc2(r,m,eps=.1) for m in ("std","mm","learn"))
    out["zAB+mean(s,m)"]=z(r,A+b)+z(r,gs+gm); out["zAB+s+m"]=z(r,A+b)+z(r,gs)+z(r,gm); out["zAB+s+m+l"]=z(r,A+b)+z(r,gs)+z(r,gm)+z(r,gl)
    return out
if __name__=="__main__":
    build(["/tmp/det/R0"],MS,sets=DEV); res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp6.pkl",sets=DEV)
