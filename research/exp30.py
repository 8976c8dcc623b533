from exp28 import *
def fn(r):
    out={}; A=r.A(); b=B(r) if False else 0
    Y,QY=r.ycoord(); n=Y.shape[1]; b=n/2*np.log(.1*n+topk(QY,Y,5)[0].astype(float)).mean(1) if n else 0
    N,E=final(r,kc=20,fl=9e-4,parts_=True); out["R"]=r.bound(); out["A"]=A; out["A+B"]=A+b; out["N"]=N; out["E"]=E; out["N+E"]=N+E; out["A/2+N+E"]=A/2+N+E; out["A+N+E"]=A+N+E; out["(A+B)/2+N+E"]=(A+b)/2+N+E; out["(A+KL)/2+N+E"]=(A+r.kl(r.qmu,r.qlv))/2+N+E
    N10,E10=final(r,kc=10,ks=(5,10),fl=9e-4,parts_=True); out["A/2+N+E k10"]=A/2+N10+E10; X,Q=r.bank,r.q
    d,_=topk(Q,X,5); out["knn5 std kept"]=np.sqrt(d[:,-1].astype(float)); W=wts(r,"mm"); d,_=topk(Q*W,X*W,5); out["knn5 mm kept"]=np.sqrt(d[:,-1].astype(float))
    N1,E1=final(r,m="std",kc=20,fl=9e-4,parts_=True); out["A/2+N+E std"]=A/2+N1+E1
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp30.pkl",sets=ALL,splits=range(3))
