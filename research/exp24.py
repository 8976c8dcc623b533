from exp23 import *
from nce import net
def decode_mean(r,X):
    Ls,n=net(r); h=np.tanh(X@Ls[0][0].T+Ls[0][1]); h=np.tanh(h@Ls[1][0].T+Ls[1][1]); o=h@Ls[2][0].T+Ls[2][1]; mu=o[:,:n]
    return np.tanh(np.tanh(mu@Ls[3][0].T+Ls[3][1])@Ls[4][0].T+Ls[4][1])@Ls[5][0].T+Ls[5][1],mu
def fn(r):
    out={}; N,E=NE(r); A=r.A(); b=B(r); X,Q=r.bank,r.q; d,i,dl,il=nn(r,"mm")
    rx,_=decode_mean(r,X.astype(np.float32)); rq,_=decode_mean(r,Q.astype(np.float32)); ex,eq=X-rx,Q-rq
    out["(A+B)/2+N+E"]=(A+b)/2+N+E
    for k in (5,10,20):
        kk=min(k,il.shape[1]); L=ex-ex[il[:,:kk]].mean(1); R=eq-ex[i[:,:kk]].mean(1); h2=np.maximum((L**2).mean(0),1e-4)
        t=lambda e:(2.5*np.log1p(e**2/(4*h2))).sum(1); v=t(R)-.5*t(L)[i[:,:10]].mean(1); out[f"Ac{k}"]=v; out[f"(A+B)/2+N+E+Ac{k}"]=(A+b)/2+N+E+v; out[f"Ac{k}+N+E"]=N+E+v
    # plain residual at the mean with neighbours' own residual energy
    h2=np.maximum((ex**2).mean(0),1e-4); t=lambda e:(2.5*np.log1p(e**2/(4*h2))).sum(1); out["A at mean"]=t(eq); out["A at mean,h s"]=(2.5*np.log1p(eq**2/(4*r.s**2))).sum(1)
    # residual vectors compared one by one
    h2=np.maximum(np.concatenate([((ex[a:a+512,None]-ex[il[a:a+512,:5]])**2).mean((0,1))[None] for a in range(0,len(X),512)]).mean(0),1e-4)
    T,Tl=T_all(r,eq,ex,i[:,:5],h2),T_all(r,ex,ex,il[:,:5],h2); v=T.mean(1)-.5*Tl.mean(1)[i[:,:10]].mean(1); out["An"]=v; out["(A+B)/2+N+E+An"]=(A+b)/2+N+E+v
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp24.pkl",sets=DEV)
