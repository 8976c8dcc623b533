from exp3 import *
from exp5 import gc2
def fn(r):
    A=r.A(); b=B(r); s,m=(z(r,gc2(r,k,eps=.1)) for k in ("std","mm")); l=z(r,gc2(r,"learn",eps=.1))
    return {"R":r.bound(),"A":A,"AB":A+b,"l":l,"2AB+s+m":2*z(r,A+b)+s+m,"A+B+s+m+l":z(r,A+b)+s+m+l}
if __name__=="__main__":
    ms=sys.argv[1].split(","); build(ms,("std","mm","learn","iso"))
    res=sweep(fn,ms,"/tmp/det/exp8.pkl",sets=ALL if len(sys.argv)>2 else DEV); 
    # label-free: trimmed bound per set
    print("trimmed bound, mean over splits"); 
    import numpy as np
    for n in ALL: print(f"{n:17s}",*["%8.3f"%np.mean([np.load(f"{m}/{n}_{s}/summary.npy")[3] for s in range(5)]) for m in ms],"step",*["%5.0f"%np.mean([np.load(f"{m}/{n}_{s}/summary.npy")[2] for s in range(5)]) for m in ms])
