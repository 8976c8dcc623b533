from exp25 import *
def final(r,m="mm",kn=5,kc=10,ks=(5,20),reg=.1,nu=4,w=.5,fl=1e-4,W=None,parts_=False):
    """N + E with search weights; everything from bank rows and query rows"""
    W=wts(r,m) if W is None else W; X,Q=r.bank,r.q; K=max(max(ks),kc,kn); d,i=topk(Q*W,X*W,K); dl,il=topk(X*W,X*W,K,np.arange(len(X)))
    kn_=min(kn,il.shape[1])
    h2=np.maximum(np.concatenate([((X[a:a+512,None,:]-X[il[a:a+512,:kn_]])**2).mean(1) for a in range(0,len(X),512)]).mean(0),fl)
    tq,tl=T_all(r,Q,X,i[:,:kn_],h2,nu).mean(1),T_all(r,X,X,il[:,:kn_],h2,nu).mean(1); eq=0;el=0
    for k in ks:
        k=min(k,il.shape[1]); L=resid(X,X,il,k,reg,W); g2=np.maximum((L**2).mean(0),fl); R=resid(Q,X,i,k,reg,W); t=lambda e:((nu+1)/2*np.log1p(e**2/(nu*g2))).sum(1); eq=eq+t(R)/len(ks); el=el+t(L)/len(ks)
    j=i[:,:kc]; N=tq-w*tl[j].mean(1); E=eq-w*el[j].mean(1)
    return (N,E) if parts_ else N+E
def fn(r):
    out={}; A=r.A(); b=B(r); V=(A+b)/2
    N,E=nbr(r,"F",lambda:np.stack(final(r,parts_=True))); out["final"]=V+N+E; out["N+E"]=N+E; out["A+N+E"]=A/2+N+E
    for kc in (5,20): out[f"kc{kc}"]=V+nbr(r,f"Fkc{kc}",lambda:final(r,kc=kc))
    for w in (.35,.65): out[f"w{w}"]=V+nbr(r,f"Fw{w}",lambda:final(r,w=w))
    out["fl .03^2"]=V+nbr(r,"Ffl",lambda:final(r,fl=9e-4)); out["nu2"]=V+nbr(r,"Fnu2",lambda:final(r,nu=2)); out["nu8"]=V+nbr(r,"Fnu8",lambda:final(r,nu=8))
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp28.pkl",sets=ALL)
