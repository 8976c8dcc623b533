from exp25 import *
from exp14 import hbos
def fn(r):
    out={}; A=r.A(); b=B(r); P=build2(r,"mm"); N,E=P; Ps=build2(r,"std"); base=(A+b)/2+N+E; out["base"]=base
    gs,gm=gc2(r,"std",eps=.1),gc2(r,"mm",eps=.1)
    for w in (.5,1): out[f"base+{w}gs"]=base+w*gs; out[f"base+{w}gm"]=base+w*gm
    H=hbos(r.bank,r.q)
    for w in (.1,.2,.3): out[f"base+{w}hbos raw"]=base+w*H
    E10,E40=lres(r,"mm",10,.1,40),lres(r,"mm",40,.1,40)
    out["E10+E20 half"]=(A+b)/2+N+(E10+E)/2; out["E20+E40 half"]=(A+b)/2+N+(E40+E)/2; out["E all"]=(A+b)/2+N+(E10+E+E40)/3
    out["lme"]=0
    # soft minimum of the residuals: mixture of experts instead of product
    out["min(A,N,E)"]=np.minimum(np.minimum(A,N),E); out["A/2+N+E noB"]=A/2+N+E
    del out["lme"]
    return out
if __name__=="__main__": 
    build(["/tmp/det/H0"],("mm",),K=40); res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp26.pkl",sets=ALL)
