from exp3 import *
from exp5 import gc2
MODELS=sys.argv[1].split(",") if len(sys.argv)>1 else []
def fn(r0):
    rs=[Run(m,r0.name,r0.seed) for m in MODELS]; out={}
    s,m=(z(rs[0],gc2(rs[0],k,eps=.1)) for k in ("std","mm")); As=[r.A() for r in rs]; Bs=[B(r) for r in rs]; ls=[gc2(r,"learn",eps=.1) for r in rs]
    zz=lambda v:z(r0,v)
    for k,r in enumerate(rs): out[f"AB {k}"]=As[k]+Bs[k]; out[f"2AB+s+m {k}"]=2*zz(As[k]+Bs[k])+s+m; out[f"AB+s+m+l {k}"]=zz(As[k]+Bs[k])+s+m+zz(ls[k])
    A=sum(As)/len(rs); b=sum(Bs)/len(rs); l=sum(ls)/len(rs); M=np.min(np.array([a+bb for a,bb in zip(As,Bs)]),0)
    out["AB mean"]=A+b; out["AB min"]=M; out["2AB+s+m mean"]=2*zz(A+b)+s+m; out["2AB+s+m min"]=2*zz(M)+s+m; out["AB+s+m+l mean"]=zz(A+b)+s+m+zz(l); out["2AB+s+m+l mean"]=2*zz(A+b)+s+m+zz(l)
    return out
if __name__=="__main__":
    res=sweep(fn,[MODELS[0]],"/tmp/det/ens.pkl",sets=ALL if len(sys.argv)>2 else DEV)
