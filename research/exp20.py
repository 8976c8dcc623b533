from exp17 import *
def fn(r):
    out={}; A,b=r.A(),B(r); AB=A+b; N={m:agg(*parts(r,m,K=10)[:4]) for m in ("std","mm","learn")}; G={m:gc2(r,m,eps=.1) for m in ("std","mm","learn")}; zz=lambda v:z(r,v)
    out["base AB+gs+gm+gl"]=zz(AB)+sum(zz(v) for v in G.values())
    for m in N:
        out["N "+m]=N[m]; out["raw A+2N "+m]=A+2*N[m]; out["raw AB+2N "+m]=AB+2*N[m]; out["raw 2A+B+2N "+m]=2*A+b+2*N[m]
    out["raw A+Ns+Nm"]=A+N["std"]+N["mm"]; out["raw AB+Ns+Nm"]=AB+N["std"]+N["mm"]; out["raw AB+Ns+Nm+Nl"]=AB+N["std"]+N["mm"]+N["learn"]
    out["z AB+Nm+gm"]=zz(AB)+zz(N["mm"])+zz(G["mm"]); out["z AB+Nm+gs"]=zz(AB)+zz(N["mm"])+zz(G["std"]); out["z AB+Nm+gl"]=zz(AB)+zz(N["mm"])+zz(G["learn"])
    out["z A+Nm+gs"]=zz(A)+zz(N["mm"])+zz(G["std"]);out["z A+Nm+gm"]=zz(A)+zz(N["mm"])+zz(G["mm"])
    out["raw AB+N+gs"]=AB+N["mm"]+G["std"]; out["raw AB+N+gl"]=AB+N["mm"]+G["learn"]; out["raw AB+N+gm"]=AB+N["mm"]+G["mm"]
    return out
if __name__=="__main__": res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp20.pkl",sets=ALL); per_set(res,[k for k in res if k[1] in("N mm","N learn","raw A+2N mm","raw AB+2N mm","raw AB+Ns+Nm+Nl","z AB+Nm+gs")])
