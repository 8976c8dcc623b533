from exp3 import *
from exp9 import gcn
def fn(r):
    out={}; k=20
    for m in ("std","mm"):
        X,Q=metric_rows(r,m); w=(X.std(0)+1e-12)/(r.bank.std(0)+1e-12); w[r.bank.std(0)<1e-9]=1
        AllX=r.x*(w if m=="mm" else 1)
        rng=np.random.RandomState(0)
        for nm,Y in (("80",X),("100",AllX),("90",AllX[np.sort(rng.permutation(len(AllX))[:int(.9*len(AllX))])])):
            kk=min(k,len(Y)-1); d,i=topk(Q,Y,kk); dl,il=topk(Y,Y,kk,np.arange(len(Y))); out[f"{m} {nm}"]=gcn(r.D,d.astype(float),i,dl.astype(float))
    return out
if __name__=="__main__": res=sweep(fn,["/tmp/det/R0"],"/tmp/det/exp11.pkl",sets=DEV,splits=range(5)); per_set(res,c=(1,))
