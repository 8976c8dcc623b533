from exp3 import *
from exp5 import gc2
def fn(r):
    out={}; b=B(r); s,m=(z(r,gc2(r,k,eps=.1)) for k in ("std","mm"))
    for nu in (1,2,4,8,30):
        A=r.A(nu); out[f"A{nu}"]=A; out[f"A{nu}+B"]=A+b; out[f"z(A{nu}+B)+s+m"]=z(r,A+b)+s+m
    out["zA4+zB+s+m"]=z(r,r.A())+z(r,b)+s+m if np.ndim(b) else z(r,r.A())+s+m
    out["zA4+s+m"]=z(r,r.A())+s+m
    kl=r.kl(r.qmu,r.qlv); out["z(A+B+KL)"]=z(r,r.A()+b+kl)
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp10.pkl",sets=DEV)
