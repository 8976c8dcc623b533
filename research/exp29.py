from exp28 import *
def finalL(r,m="mm",kn=5,kc=20,ks=(5,20),reg=.1,fl=9e-4):
    W=wts(r,m); X,Q=r.bank,r.q; K=20; d,i,dl,il=nn(r,"mm"); Y,QY=r.ycoord()
    if Y.shape[1]==0: return np.zeros((2,len(Q)))
    kn_=min(kn,il.shape[1]); t=lambda e,g2:(2.5*np.log1p(e**2/(4*g2))).sum(-1)
    DL=Y[:,None]-Y[il[:,:kn_]]; g2=np.maximum((DL**2).mean((0,1)),1e-4); tl=t(DL,g2).mean(1); tq=t(QY[:,None]-Y[i[:,:kn_]],g2).mean(1); N=tq-.5*tl[i[:,:kc]].mean(1)
    eq=el=0
    for k in ks:
        k=min(k,il.shape[1])
        def res(Q_,q,I,base):
            out=np.empty_like(q)
            for a in range(0,len(q),512):
                w=llw((X[I[a:a+512,:k]]-Q_[a:a+512,None])*W,reg); out[a:a+512]=q[a:a+512]-(w[:,None,:]@Y[I[a:a+512,:k]])[:,0]
            return out
        L=res(X,Y,il,0); R=res(Q,QY,i,0); g2=np.maximum((L**2).mean(0),1e-4); eq=eq+t(R,g2)/len(ks); el=el+t(L,g2)/len(ks)
    E=eq-.5*el[i[:,:kc]].mean(1)
    return np.stack([N,E])
def fn(r):
    out={}; A=r.A(); b=B(r); N,E=nbr(r,"F2",lambda:np.stack(final(r,kc=20,fl=9e-4,parts_=True))); L,M=finalL(r)
    out["(A+B)/2+N+E"]=(A+b)/2+N+E; out["A/2+N+E"]=A/2+N+E; out["L"]=L; out["M"]=M
    for w in (.5,1): out[f"A/2+N+E+{w}L"]=A/2+N+E+w*L; out[f"A/2+N+E+{w}(L+M)"]=A/2+N+E+w*(L+M); out[f"A/2+N+E+{w}M"]=A/2+N+E+w*M
    out["A+L"]=A+L; out["A+B"]=A+b; out["A+M"]=A+M
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp29.pkl",sets=ALL)
