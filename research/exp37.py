from exp33 import *
def pieces(r,n=2000,m="mm",kn=5,ks=(3,5,10,20),reg=.1,fl=9e-4,K=20):
    X=r.bank[bank_idx(r,n,m)]; Q=r.q; W=wts(r,m); d,i=topk(Q*W,X*W,K); dl,il=topk(X*W,X*W,K,np.arange(len(X))); kn_=min(kn,il.shape[1]); out=[]
    h2=np.maximum(np.concatenate([((X[a:a+512,None,:]-X[il[a:a+512,:kn_]])**2).mean(1) for a in range(0,len(X),512)]).mean(0),fl)
    tq,tl=T_all(r,Q,X,i[:,:kn_],h2).mean(1),T_all(r,X,X,il[:,:kn_],h2).mean(1); out.append(tq-.5*tl[i].mean(1))
    for k in ks:
        k=min(k,il.shape[1]); L=resid(X,X,il,k,reg,W); g2=np.maximum((L**2).mean(0),fl); R=resid(Q,X,i,k,reg,W); t=lambda e:(2.5*np.log1p(e**2/(4*g2))).sum(1); tl=t(L); out.append(t(R)-.5*tl[i].mean(1))
    return np.stack(out)
def fn(r):
    out={}; A=r.A(); N,E3,E5,E10,E20=nbr(r,"pieces",lambda:pieces(r))
    out["A/2+N+(E5+E20)/2"]=A/2+N+(E5+E20)/2; out["A+N+E5+E20"]=A+N+E5+E20; out["A+N+E20"]=A+N+E20; out["A+N+E10"]=A+N+E10; out["A/2+N+E10"]=A/2+N+E10
    out["A+N+E3+E10+E20"]=A+N+E3+E10+E20; out["A+N+E5+E10+E20"]=A+N+E5+E10+E20; out["A+2N+E5+E20+B/2"]=A+2*N+E5+E20+B(r)/2; out["A+2N+E5+E20+B"]=A+2*N+E5+E20+B(r); out["A+N+E5+E20+B"]=A+N+E5+E20+B(r)
    out["A/3.."]=A/3+N+(E5+E20)/2; out["A+B half"]=A/3+N+(E5+E20)/2+B(r)/3
    out["N"]=N; out["E5"]=E5; out["E20"]=E20; out["N+E5+E20"]=N+E5+E20
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp37.pkl",sets=ALL)
