from exp41 import *
def Eridge(r,k,reg):
    bi=bank_idx(r,2000); X=r.bank[bi]; Q=r.q; W=wts(r,"mm"); _,i=nbr(r,"bnn",lambda:None); i=i.astype(int); _,il=nbr(r,"bnl",lambda:np.stack([v.astype(np.float64) for v in topk(X*W,X*W,20,np.arange(len(X)))])); il=il.astype(int); k=min(k,il.shape[1])
    L=resid(X,X,il,k,reg,W); g2=np.maximum((L**2).mean(0),9e-4); R=resid(Q,X,i,k,reg,W); t=lambda e:(2.5*np.log1p(e**2/(4*g2))).sum(1); return t(R)-.5*t(L)[i].mean(1)
def fn(r):
    out={}; A=r.A(); N,E5,E20,L,i,Ab=setup(r); D=r.D; V=D/2*np.log1p(2*A/D); B0=(V+L)/3
    E3=nbr(r,"pieces",lambda:None)[1]
    out["S"]=B0+N+(E5+E20)/2; out["N"]=N; out["E3"]=E3; out["E5"]=E5; out["E20"]=E20; out["V"]=V; out["B0+N"]=B0+N
    for reg in (.3,1,3): e=nbr(r,f"E5_{reg}b",lambda:Eridge(r,5,reg)); e2=nbr(r,f"E20_{reg}b",lambda:Eridge(r,20,reg)); out[f"E5 {reg}"]=e; out[f"E20 {reg}"]=e2; out[f"S {reg}"]=B0+N+(e+e2)/2
    out["B0+2N+E"]=B0+1.5*N+(E5+E20)/4
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp44.pkl",sets=["thyroid","mammography","wilt","skin","http","cover","donors","magic.gamma","pageblocks","vowels","pendigits"]); per_set(res)
