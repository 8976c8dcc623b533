import common; common.DATA="/tmp/det/kddfull"
import lab; lab.load.__globals__["DATA"]="/tmp/det/kddfull"
from lab import *
r=Run("/tmp/det/K0","kddfull",0); A=r.A(); N=np.load("/tmp/det/scores_K0/kddfull_0.npy")-A/2; L=np.load("/tmp/det/scores_K0L/kddfull_0.npy")-A/2-N; n=len(r.y); kl=r.kl(r.qmu,r.qlv)
for nm,s in (("N",N),("N+L",N+L),("N+.1A",N+.1*A),("N+.25A",N+.25*A),("N+.5A",N+.5*A),("N+L+.25A",N+L+.25*A),("N+L+.5A",N+L+.5*A),("N+.5A+.5KL",N+.5*A+.5*kl),("A+L2",A+2*L),("N+L+R/2",N+L+r.bound()/2)): print("%-12s"%nm,"%.4f %.4f %.4f fa %.3f %.3f"%evaluate(r,s))
y=r.y==1; print("quantiles normal/anomaly"); 
for nm,v in (("A",A),("N",N),("L",L),("KL",kl)): print(nm,np.round(np.quantile(v[:n][~y],[.01,.1,.5,.9,.95,.99,.999]),1),np.round(np.quantile(v[:n][y],[.01,.05,.1,.5,.9,.99]),1))
t=A[:n]; o=(~y)&(t>np.quantile(t[~y],.97)); e=r.te2[o]/r.s**2; print("features with largest terms among normals with high A", np.argsort(-np.log1p(e/4).mean(0))[:8], np.sort(-np.log1p(e/4).mean(0))[:8]); print("s",np.round(np.sort(r.s)[:60],3))
u,c=np.unique(np.round(t[o],0),return_counts=True); k=np.argsort(-c)[:8]; print(u[k],c[k],o.sum())
