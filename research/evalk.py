import common; common.DATA="/tmp/det/kddfull"
import lab; lab.load.__globals__["DATA"]="/tmp/det/kddfull"
from lab import *
import sys
r=Run("/tmp/det/"+sys.argv[1],"kddfull",0); n=len(r.y)
p="/tmp/det/scores_%s/kddfull_0.npy"%sys.argv[1]
print("R",evaluate(r,r.bound())); print("A",evaluate(r,r.A()))
if os.path.exists(p): S=np.load(p); print("S",evaluate(r,S)); print("only",evaluate(r,S-r.A()/2))
