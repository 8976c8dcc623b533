import common; common.DATA="/tmp/det/kddfull"
import lab; lab.load.__globals__["DATA"]="/tmp/det/kddfull"
from lab import *
r=Run("/tmp/det/K0","kddfull",0); A=r.A(); N=np.load("/tmp/det/scores_K0N.npy") if os.path.exists("/tmp/det/scores_K0N.npy") else None
S=np.load("/tmp/det/scores_K0L/kddfull_0.npy"); G=S-A/2; n=len(r.kept); T=2.5*np.log1p(r.qe2/(4*r.s**2)); D=r.D
for nm,a in (("A",A),("cap ln n",np.minimum(T,np.log(n)).sum(1)),("cap 2ln n",np.minimum(T,2*np.log(n)).sum(1)),("cap 5",np.minimum(T,5).sum(1)),("DlogA",D/2*np.log1p(2*A/D)),("sqrt",np.sqrt(A*D))):
    print("%-10s"%nm,"alone %.4f %.4f %.4f"%evaluate(r,a)[:3],"| G+a/2 %.4f %.4f %.4f"%evaluate(r,G+a/2)[:3],"| G+a/4 %.4f %.4f %.4f"%evaluate(r,G+a/4)[:3])
print("G %.4f %.4f %.4f"%evaluate(r,G)[:3])
