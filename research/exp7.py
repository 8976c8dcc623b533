from exp3 import *
from exp5 import gc2
def fn(r):
    out={}; A=r.A(); b=B(r); gs,gm,gl=(z(r,gc2(r,m,eps=.1)) for m in ("std","mm","learn")); zA,zB=z(r,A),z(r,A+b)
    G=(gs+gm)/2
    for w in (0,.2,.4,.6,.8,1): out[f"w{w}"]=(1-w)*zB+w*G
    for w in (0,.2,.4,.6,.8,1): out[f"v{w}"]=(1-w)*zA+w*G
    for w in (.2,.4,.6,.8): out[f"u{w}"]=(1-w)*zB/2+(1-w)*zA/2+w*(G*2+gl)/3
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp7.pkl",sets=DEV); per_set(res,c=(1,))
