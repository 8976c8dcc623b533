from exp28 import *
BIG=["mammography","kddcup","pendigits","donors","http","skin","cover","campaign","mnist","magic.gamma"]
def final_bank(r,X,Q=None,m="mm",kn=5,ks=(5,20),reg=.1,fl=9e-4):
    W=wts(r,m); Q=r.q if Q is None else Q; K=20; d,i=topk(Q*W,X*W,K); dl,il=topk(X*W,X*W,K,np.arange(len(X))); kn_=min(kn,il.shape[1])
    h2=np.maximum(np.concatenate([((X[a:a+512,None,:]-X[il[a:a+512,:kn_]])**2).mean(1) for a in range(0,len(X),512)]).mean(0),fl)
    tq,tl=T_all(r,Q,X,i[:,:kn_],h2).mean(1),T_all(r,X,X,il[:,:kn_],h2).mean(1); eq=0;el=0
    for k in ks:
        k=min(k,il.shape[1]); L=resid(X,X,il,k,reg,W); g2=np.maximum((L**2).mean(0),fl); R=resid(Q,X,i,k,reg,W); t=lambda e:(2.5*np.log1p(e**2/(4*g2))).sum(1); eq=eq+t(R)/len(ks); el=el+t(L)/len(ks)
    return tq+eq-.5*(tl+el)[i].mean(1)
def kcenter(Z,n,rng):
    # farthest-point: first random
    c=[rng.randint(len(Z))]; d=((Z-Z[c[0]])**2).sum(1)
    for _ in range(n-1):
        j=int(d.argmax()); c.append(j); d=np.minimum(d,((Z-Z[j])**2).sum(1))
    return np.array(c)
def kpp(Z,n,rng,power=1.):
    # D^2-sampling (k-means++ seeding), without replacement
    c=[rng.randint(len(Z))]; d=((Z-Z[c[0]])**2).sum(1)
    for _ in range(n-1):
        p=d**power; s=p.sum()
        j=rng.choice(len(Z),p=p/s) if s>0 else rng.randint(len(Z))
        c.append(int(j)); d=np.minimum(d,((Z-Z[j])**2).sum(1))
    return np.array(c)
def fn(r):
    out={}; A=r.A()/2; X=r.bank; Z=(X*wts(r,"mm")).astype(np.float32); rng=np.random.RandomState(0)
    out["all"]=A+final_bank(r,X); u=np.unique(Z,axis=0,return_index=True)[1]; u.sort(); out["unique"]=A+final_bank(r,X[u])
    for n in (500,1500):
        if n>=len(X): continue
        out[f"random {n}"]=A+final_bank(r,X[np.sort(rng.permutation(len(X))[:n])])
        ru=np.sort(u[rng.permutation(len(u))[:n]]); out[f"random unique {n}"]=A+final_bank(r,X[ru])
        out[f"kcenter {n}"]=A+final_bank(r,X[np.sort(kcenter(Z,n,rng))])
        out[f"kpp {n}"]=A+final_bank(r,X[np.sort(kpp(Z,n,rng))]); out[f"kpp.5 {n}"]=A+final_bank(r,X[np.sort(kpp(Z,n,rng,.5))])
        h=n//2; a=kcenter(Z,h,rng); rest=np.setdiff1d(np.arange(len(X)),a); out[f"half kcenter half random {n}"]=A+final_bank(r,X[np.sort(np.r_[a,rng.permutation(rest)[:n-h]])])
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp32.pkl",sets=BIG,splits=range(2)); 
    for c in (0,1):
        print("mean",["auroc","ap"][c]); 
        for k in res: print("%-28s %.2f"%(k[1],100*np.mean([v[c] for v in res[k].values()])))
    per_set(res,c=(1,))
